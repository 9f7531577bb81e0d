from tests.browser import bedside as b
from tests.browser.conftest import settled, screenshot
def test_dbg(server, browser_as):
    number = b.arrived(server)
    sheet = browser_as("lea", f"/day_sheet?patient={number}")
    b.enter(sheet, {"crp": "12"})
    b.box(sheet,"procalcitonin").press_sequentially("1,3")
    sheet.keyboard.press("Control+s")
    for i in range(4):
        sheet.wait_for_timeout(700)
        print(i, b.kept(server,number,"lea"), b.on_file(server,number), b.box(sheet,"procalcitonin").input_value(), b.save_button(sheet).is_enabled(), b.in_focus(sheet))
    sheet.keyboard.press("Control+s")
    for i in range(4):
        sheet.wait_for_timeout(700)
        print(i, b.kept(server,number,"lea"), b.on_file(server,number), b.box(sheet,"procalcitonin").input_value(), b.save_button(sheet).is_enabled(), b.in_focus(sheet))
    # first ever value then ctrl+s
    number = b.arrived(server)
    sheet = browser_as("lea", f"/day_sheet?patient={number}")
    b.box(sheet,"procalcitonin").press_sequentially("1,3")
    sheet.keyboard.press("Control+s")
    for i in range(4):
        sheet.wait_for_timeout(700)
        print("B",i, b.kept(server,number,"lea"), b.on_file(server,number), b.box(sheet,"procalcitonin").input_value(), b.save_button(sheet).is_enabled(), b.in_focus(sheet))
    number = b.arrived(server)
    sheet = browser_as("lea", f"/day_sheet?patient={number}")
    b.box(sheet,"procalcitonin").press_sequentially("1,3")
    try: b.save_button(sheet).click(timeout=3000, force=True)
    except Exception as e: print(e)
    for i in range(4):
        sheet.wait_for_timeout(700)
        print("C",i, b.kept(server,number,"lea"), b.on_file(server,number), b.box(sheet,"procalcitonin").input_value(), b.save_button(sheet).is_enabled(), b.in_focus(sheet))
    screenshot(sheet,"dbg")
    print(server.log.read_text()[-1500:])
