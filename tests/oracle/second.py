"""The scores written a second time, from the papers' tables (the clinical reference 1-4, 6, 8), to hold scoring/ against.

A row is a dict of variable codes in canonical units, None = not measured. Points are counted in fractions, so that 0.1 is 0.1;
what is not settled is None, and low and high bound it.
"""

from fractions import Fraction

SUPPORT = ("niv", "cpap", "invasive")
ADVANCED_SUPPORT = ("hfnc", "niv", "cpap", "invasive")
AGENTS = ("norepinephrine", "epinephrine", "dopamine", "dobutamine", "vasopressin")


def exact(value):
    return None if value is None else Fraction(str(value))


def number(row, code):
    return exact(row.get(code))


def settled(low, high):
    return low if low == high else None


def added(items):
    """The points of each item (None unless settled) and their sum, from (low, high) an item."""
    score = {}
    low = high = 0
    for name, (least, most) in items.items():
        score[name] = settled(least, most)
        low += least
        high += most
    return score | {"total": settled(low, high), "low": low, "high": high}


def doses(day):
    """Once the circulation was charted, a dose that nobody wrote is no drug."""
    given = {}
    charted = number(day, "map") is not None
    for agent in AGENTS:
        given[agent] = number(day, agent)
        if given[agent] is not None and given[agent] > 0:
            charted = True
    for agent in AGENTS:
        if given[agent] is None and charted:
            given[agent] = Fraction(0)
    return given


# --- SOFA, Vincent 1996 -----------------------------------------------------------------------------------------------------


def sofa(day, column="SI"):
    """column="conventional" takes bilirubin and creatinine in mg/dL."""
    return added(
        {
            "respiration": sofa_respiration(day),
            "coagulation": sofa_coagulation(day),
            "liver": sofa_liver(day, column),
            "cardiovascular": sofa_cardiovascular(day),
            "cns": sofa_cns(day),
            "renal": sofa_renal(day, column),
        }
    )


def sofa_respiration(day):
    if day.get("ecmo") == "yes":
        return 4, 4
    pao2, fio2 = number(day, "pao2"), number(day, "fio2")
    if pao2 is None or fio2 is None:
        return 0, 4
    ventilation = day.get("ventilation")
    if ventilation is None:
        return sofa_oxygenation(pao2 / fio2, False), sofa_oxygenation(pao2 / fio2, True)
    points = sofa_oxygenation(pao2 / fio2, ventilation in SUPPORT)
    return points, points


def sofa_oxygenation(ratio, support):
    if ratio < 100 and support:
        return 4
    if ratio < 200 and support:
        return 3
    if ratio < 300:
        return 2
    if ratio < 400:
        return 1
    return 0


def sofa_coagulation(day):
    platelets = number(day, "platelets")
    if platelets is None:
        return 0, 4
    if platelets < 20:
        return 4, 4
    if platelets < 50:
        return 3, 3
    if platelets < 100:
        return 2, 2
    if platelets < 150:
        return 1, 1
    return 0, 0


def sofa_liver(day, column):
    bilirubin = number(day, "bilirubin")
    if bilirubin is None:
        return 0, 4
    points = sofa_liver_mg_dl(bilirubin) if column == "conventional" else sofa_liver_si(bilirubin)
    return points, points


def sofa_liver_si(bilirubin):
    if bilirubin > 204:
        return 4
    if bilirubin >= 102:
        return 3
    if bilirubin >= 33:
        return 2
    if bilirubin >= 20:
        return 1
    return 0


def sofa_liver_mg_dl(bilirubin):
    if bilirubin >= 12:
        return 4
    if bilirubin >= 6:
        return 3
    if bilirubin >= 2:
        return 2
    if bilirubin >= Fraction("1.2"):
        return 1
    return 0


def sofa_cardiovascular(day):
    pressure, given = number(day, "map"), doses(day)
    low = sofa_circulation(pressure, {agent: dose or Fraction(0) for agent, dose in given.items()})
    high = low
    if pressure is None:
        high = max(high, 1)
    if given["dobutamine"] is None:
        high = max(high, 2)
    for agent in ("norepinephrine", "epinephrine", "dopamine", "vasopressin"):
        if given[agent] is None:
            high = 4
    return low, high


def sofa_circulation(pressure, given):
    points = 0
    if pressure is not None and pressure < 70:
        points = 1
    if given["dobutamine"] > 0:
        points = 2
    for agent in ("norepinephrine", "epinephrine"):
        points = max(points, sofa_catecholamine(given[agent]))
    points = max(points, sofa_dopamine(given["dopamine"]))
    if given["vasopressin"] > 0:
        equivalent = given["norepinephrine"] + given["epinephrine"] + given["dopamine"] / 100
        equivalent += given["vasopressin"] * Fraction("2.5")
        points = max(points, sofa_catecholamine(equivalent))
    return points


def sofa_catecholamine(dose):
    if dose > Fraction("0.1"):
        return 4
    if dose > 0:
        return 3
    return 0


def sofa_dopamine(dose):
    if dose > 15:
        return 4
    if dose > 5:
        return 3
    if dose > 0:
        return 2
    return 0


def sofa_cns(day):
    gcs = number(day, "gcs")
    if gcs is None:
        return 0, 4
    if gcs < 6:
        return 4, 4
    if gcs < 10:
        return 3, 3
    if gcs < 13:
        return 2, 2
    if gcs < 15:
        return 1, 1
    return 0, 0


def sofa_renal(day, column):
    if day.get("rrt") == "yes":
        return 4, 4
    creatinine, urine = number(day, "creatinine"), number(day, "urine_output")
    by_urine = 0
    if urine is not None and urine < 500:
        by_urine = 3
    if urine is not None and urine < 200:
        by_urine = 4
    if creatinine is None:
        return by_urine, 4
    by_creatinine = sofa_creatinine_mg_dl(creatinine) if column == "conventional" else sofa_creatinine_si(creatinine)
    points = max(by_creatinine, by_urine)
    return points, points


def sofa_creatinine_si(creatinine):
    if creatinine > 440:
        return 4
    if creatinine >= 300:
        return 3
    if creatinine >= 171:
        return 2
    if creatinine >= 110:
        return 1
    return 0


def sofa_creatinine_mg_dl(creatinine):
    if creatinine >= 5:
        return 4
    if creatinine >= Fraction("3.5"):
        return 3
    if creatinine >= 2:
        return 2
    if creatinine >= Fraction("1.2"):
        return 1
    return 0


# --- SOFA-2, Ranzani 2025 ---------------------------------------------------------------------------------------------------


def sofa2(day):
    return added(
        {
            "brain": sofa2_brain(day),
            "respiration": sofa2_respiration(day),
            "cardiovascular": sofa2_cardiovascular(day),
            "liver": sofa2_liver(day),
            "kidney": sofa2_kidney(day),
            "hemostasis": sofa2_hemostasis(day),
        }
    )


def sofa2_brain(day):
    gcs = number(day, "gcs")
    least = 1 if day.get("delirium_drug") == "yes" else 0
    if gcs is None:
        return least, 4
    if gcs < 6:
        return 4, 4
    if gcs < 9:
        return 3, 3
    if gcs < 13:
        return 2, 2
    if gcs < 15:
        return 1, 1
    return least, least


def sofa2_respiration(day):
    if day.get("ecmo") == "yes":
        return 4, 4
    pao2, fio2, spo2 = number(day, "pao2"), number(day, "fio2"), number(day, "spo2")
    if fio2 is not None and pao2 is not None:
        ratio, points = pao2 / fio2, sofa2_pao2_fio2
    elif fio2 is not None and spo2 is not None and spo2 < 98:
        ratio, points = spo2 / fio2, sofa2_spo2_fio2
    else:
        return 0, 4  # as in SOFA, whatever the ventilation
    ventilation = day.get("ventilation")
    if ventilation is None:
        return points(ratio, False), points(ratio, True)
    support = ventilation in ADVANCED_SUPPORT
    return points(ratio, support), points(ratio, support)


def sofa2_pao2_fio2(ratio, support):
    if ratio <= 75 and support:
        return 4
    if ratio <= 150 and support:
        return 3
    if ratio <= 225:
        return 2
    if ratio <= 300:
        return 1
    return 0


def sofa2_spo2_fio2(ratio, support):
    if ratio <= 120 and support:
        return 4
    if ratio <= 200 and support:
        return 3
    if ratio <= 250:
        return 2
    if ratio <= 300:
        return 1
    return 0


def sofa2_cardiovascular(day):
    if day.get("mechanical_support") == "yes":
        return 4, 4
    pressure, given = number(day, "map"), doses(day)
    low = sofa2_circulation(pressure, {agent: dose or Fraction(0) for agent, dose in given.items()})
    high = low
    if pressure is None:
        high = max(high, 1)
    if given["dobutamine"] is None or given["vasopressin"] is None:
        high = max(high, 2)
    for agent in ("norepinephrine", "epinephrine", "dopamine"):
        if given[agent] is None:
            high = 4
    return low, high


def sofa2_circulation(pressure, given):
    catecholamines = given["norepinephrine"] + given["epinephrine"]
    besides_dopamine = given["dobutamine"] > 0 or given["vasopressin"] > 0
    other = besides_dopamine or given["dopamine"] > 0
    if catecholamines > 0:
        return sofa2_catecholamines(catecholamines, other)
    if besides_dopamine:
        return 2
    if other:
        return sofa2_dopamine_alone(given["dopamine"])
    return 1 if pressure is not None and pressure < 70 else 0


def sofa2_catecholamines(dose, other):
    if dose > Fraction("0.4"):
        return 4
    if dose > Fraction("0.2"):
        return 4 if other else 3
    return 3 if other else 2


def sofa2_dopamine_alone(dose):
    if dose > 40:
        return 4
    if dose > 20:
        return 3
    return 2


def sofa2_liver(day):
    bilirubin = number(day, "bilirubin")
    if bilirubin is None:
        return 0, 4
    if bilirubin <= Fraction("20.6"):
        return 0, 0
    if bilirubin <= Fraction("51.3"):
        return 1, 1
    if bilirubin <= Fraction("102.6"):
        return 2, 2
    if bilirubin <= 205:
        return 3, 3
    return 4, 4


def sofa2_kidney(day):
    if day.get("rrt") == "yes":
        return 4, 4
    creatinine, urine = number(day, "creatinine"), urine_rate(day)
    points = max(sofa2_creatinine(creatinine), sofa2_urine(urine))
    injured = (creatinine is not None and creatinine > 110) or (urine is not None and urine < Fraction("0.3"))
    if injured and sofa2_needs_rrt(day):
        points = 4
    return (points, 4) if creatinine is None else (points, points)


def urine_rate(day):
    """mL/kg/h over the 24 h."""
    rate, volume, weight = number(day, "urine_ml_kg_h"), number(day, "urine_output"), number(day, "weight")
    if rate is not None:
        return rate
    if volume == 0:
        return volume  # anuria, whatever the weight
    if volume is None or weight is None:
        return None
    return volume / 24 / weight


def sofa2_creatinine(creatinine):
    if creatinine is None or creatinine <= 110:
        return 0
    if creatinine <= 170:
        return 1
    if creatinine <= 300:
        return 2
    return 3


def sofa2_urine(rate):
    if rate is None:
        return 0
    if rate < Fraction("0.3"):
        return 3
    if rate < Fraction("0.5"):
        return 2
    return 0


def sofa2_needs_rrt(day):
    potassium, ph, bicarbonate = number(day, "potassium"), number(day, "ph"), number(day, "bicarbonate")
    if potassium is not None and potassium >= 6:
        return True
    return ph is not None and bicarbonate is not None and ph <= Fraction("7.2") and bicarbonate <= 12


def sofa2_hemostasis(day):
    platelets = number(day, "platelets")
    if platelets is None:
        return 0, 4
    if platelets <= 50:
        return 4, 4
    if platelets <= 80:
        return 3, 3
    if platelets <= 100:
        return 2, 2
    if platelets <= 150:
        return 1, 1
    return 0, 0


# --- HScore, Fardet 2014 ----------------------------------------------------------------------------------------------------


def hscore(patient):
    return added(
        {
            "immunosuppression": hscore_answer(patient, "immunosuppression", 18),
            "temperature": hscore_temperature(patient),
            "organomegaly": hscore_organomegaly(patient),
            "cytopenias": hscore_cytopenias(patient),
            "ferritin": hscore_ferritin(patient),
            "triglycerides": hscore_triglycerides(patient),
            "fibrinogen": hscore_fibrinogen(patient),
            "ast": hscore_ast(patient),
            "hemophagocytosis": hscore_answer(patient, "hemophagocytosis", 35),
        }
    )


def hscore_answer(patient, code, points):
    if patient.get(code) == "yes":
        return points, points
    if patient.get(code) == "no":
        return 0, 0
    return 0, points


def hscore_temperature(patient):
    temperature = number(patient, "temperature")
    if temperature is None:
        return 0, 49
    if temperature > Fraction("39.4"):
        return 49, 49
    if temperature >= Fraction("38.4"):
        return 33, 33
    return 0, 0


def hscore_organomegaly(patient):
    low = high = 0
    for organ in ("hepatomegaly", "splenomegaly"):
        if patient.get(organ) == "yes":
            low += 1
        if patient.get(organ) != "no":
            high += 1
    return (0, 23, 38)[low], (0, 23, 38)[high]


def hscore_cytopenias(patient):
    low = high = 0
    for lineage, limit in (("hemoglobin", "9.2"), ("white_cells", "5.0"), ("platelets", "110")):
        value = number(patient, lineage)
        if value is not None and value <= Fraction(limit):
            low += 1
        if value is None or value <= Fraction(limit):
            high += 1
    return (0, 0, 24, 34)[low], (0, 0, 24, 34)[high]


def hscore_ferritin(patient):
    ferritin = number(patient, "ferritin")
    if ferritin is None:
        return 0, 50
    if ferritin > 6000:
        return 50, 50
    if ferritin >= 2000:
        return 35, 35
    return 0, 0


def hscore_triglycerides(patient):
    triglycerides = number(patient, "triglycerides")
    if triglycerides is None:
        return 0, 64
    if triglycerides > 4:
        return 64, 64
    if triglycerides >= Fraction("1.5"):
        return 44, 44
    return 0, 0


def hscore_fibrinogen(patient):
    fibrinogen = number(patient, "fibrinogen")
    if fibrinogen is None:
        return 0, 30
    return (30, 30) if fibrinogen <= Fraction("2.5") else (0, 0)


def hscore_ast(patient):
    ast = number(patient, "ast")
    if ast is None:
        return 0, 19
    return (19, 19) if ast >= 30 else (0, 0)


# --- HLH-2004, Henter 2007 --------------------------------------------------------------------------------------------------


def hlh2004(patient):
    criteria = {
        "fever": at_least(patient, "temperature", "38.5"),
        "splenomegaly": answered(patient, "splenomegaly"),
        "cytopenias": hlh2004_cytopenias(patient),
        "triglycerides_or_fibrinogen": either(at_least(patient, "triglycerides", "3.0"), at_most(patient, "fibrinogen", "1.5")),
        "hemophagocytosis": answered(patient, "hemophagocytosis"),
        "nk_activity": answered(patient, "nk_activity_low"),
        "ferritin": at_least(patient, "ferritin", "500"),
        "scd25": at_least(patient, "scd25", "2400"),
    }
    verdicts = list(criteria.values())
    count, not_met, unknown = verdicts.count(True), verdicts.count(False), verdicts.count(None)
    met = None
    if count >= 5:
        met = True
    elif count + unknown < 5:
        met = False
    return criteria | {"met": met, "count": count, "not_met": not_met, "unknown": unknown}


def at_least(patient, code, limit):
    value = number(patient, code)
    return None if value is None else value >= Fraction(limit)


def at_most(patient, code, limit):
    value = number(patient, code)
    return None if value is None else value <= Fraction(limit)


def answered(patient, code):
    if patient.get(code) == "yes":
        return True
    if patient.get(code) == "no":
        return False
    return None


def either(one, other):
    if one is True or other is True:
        return True
    if one is False and other is False:
        return False
    return None


def hlh2004_cytopenias(patient):
    low = unknown = 0
    for lineage, limit in (("hemoglobin", 9), ("platelets", 100), ("neutrophils", 1)):
        value = number(patient, lineage)
        if value is None:
            unknown += 1
        elif value < limit:
            low += 1
    if low >= 2:
        return True
    if low + unknown < 2:
        return False
    return None


# --- OHI, DIC, SIC, KDIGO ---------------------------------------------------------------------------------------------------


def ohi(patient):
    scd25, ferritin = number(patient, "scd25"), number(patient, "ferritin")
    if (scd25 is not None and scd25 <= 3900) or (ferritin is not None and ferritin <= 1000):
        return {"met": False}
    if scd25 is None or ferritin is None:
        return {"met": None}
    return {"met": True}


def dic(day):
    return added(
        {
            "platelets": dic_platelets(day),
            "fibrin_marker": dic_fibrin_marker(day),
            "pt_prolongation": dic_pt_prolongation(day),
            "fibrinogen": dic_fibrinogen(day),
        }
    )


def dic_platelets(day):
    platelets = number(day, "platelets")
    if platelets is None:
        return 0, 2
    if platelets < 50:
        return 2, 2
    if platelets <= 100:
        return 1, 1
    return 0, 0


def dic_fibrin_marker(day):
    marker = day.get("fibrin_marker")
    if marker is None:
        return 0, 3
    if marker == "strong":
        return 3, 3
    if marker == "moderate":
        return 2, 2
    return 0, 0


def dic_pt_prolongation(day):
    seconds = number(day, "pt_prolongation")
    if seconds is None:
        return 0, 2
    if seconds > 6:
        return 2, 2
    if seconds >= 3:
        return 1, 1
    return 0, 0


def dic_fibrinogen(day):
    fibrinogen = number(day, "fibrinogen")
    if fibrinogen is None:
        return 0, 1
    return (0, 0) if fibrinogen > 1 else (1, 1)


def sic(day, sofa4=(0, 16)):
    """sofa4: low and high of respiration + cardiovascular + liver + renal."""
    inr, platelets = sic_inr(day), sic_platelets(day)
    score = added({"inr": inr, "platelets": platelets, "sofa4": (min(sofa4[0], 2), min(sofa4[1], 2))})
    met = None
    if score["low"] >= 4 and inr[0] + platelets[0] > 2:
        met = True
    elif score["high"] < 4 or inr[1] + platelets[1] <= 2:
        met = False
    return score | {"met": met}


def sic_inr(day):
    inr = number(day, "inr")
    if inr is None:
        return 0, 2
    if inr > Fraction("1.4"):
        return 2, 2
    if inr > Fraction("1.2"):
        return 1, 1
    return 0, 0


def sic_platelets(day):
    platelets = number(day, "platelets")
    if platelets is None:
        return 0, 2
    if platelets < 100:
        return 2, 2
    if platelets < 150:
        return 1, 1
    return 0, 0


def kdigo(day):
    low, high = kdigo_creatinine(day)
    urine = number(day, "urine_ml_kg_h")
    if urine is not None:  # missing urine adds nothing, as in SOFA
        low, high = max(low, kdigo_urine(urine)), max(high, kdigo_urine(urine))
    if day.get("rrt") == "yes":
        low = high = 3
    return {"stage": settled(low, high), "low": low, "high": high}


def kdigo_creatinine(day):
    creatinine, reference, before = (number(day, code) for code in ("creatinine", "creatinine_reference", "creatinine_48h"))
    if creatinine is None:
        return 0, 3
    least_ratio = 1 if reference is None else creatinine / reference
    most_ratio = 3 if reference is None else creatinine / reference
    sure_rise = before is not None and creatinine - before >= Fraction("26.5")
    possible_rise = before is None or sure_rise
    return kdigo_stage(creatinine, least_ratio, sure_rise), kdigo_stage(creatinine, most_ratio, possible_rise)


def kdigo_stage(creatinine, ratio, rise):
    acute = rise or ratio >= Fraction("1.5")
    if ratio >= 3 or (acute and creatinine >= Fraction("353.6")):
        return 3
    if ratio >= 2:
        return 2
    return 1 if acute else 0


def kdigo_urine(rate):
    if rate < Fraction("0.3"):
        return 3
    if rate < Fraction("0.5"):
        return 2
    return 0


# --- CTCAE v5 (2017) and v6 (2025), laboratory rows --------------------------------------------------------------------------


def ctcae(variable, value, uln=None, lln=None, baseline=None, version=5):
    value, uln, lln, baseline = exact(value), exact(uln), exact(lln), exact(baseline)
    if value is None:
        return None
    if variable in ("hemoglobin", "albumin", "platelets", "white_cells", "neutrophils", "lymphocytes"):
        return ctcae_low(variable, value, lln, version)
    if variable in ("alt", "ast", "bilirubin", "ggt", "alp"):
        return ctcae_liver(variable, value, uln, baseline, version)
    if variable == "creatinine":
        return ctcae_creatinine(value, uln, lln, baseline, version)
    if variable == "fibrinogen":
        return ctcae_fibrinogen(value, lln, baseline)
    return ctcae_high(variable, value, uln)


def ctcae_low(variable, value, lln, version):
    if variable == "hemoglobin":
        return below(value, lln, 10, 8)
    if variable == "albumin":
        return below(value, lln, 30, 20)
    if variable == "platelets":
        return below(value, lln, 75, 50, 25 if version == 5 else 10)
    if variable == "white_cells":
        return below(value, lln, 3, 2, 1)
    if variable == "neutrophils" and version == 5:
        return below(value, lln, Fraction("1.5"), 1, Fraction("0.5"))
    if variable == "neutrophils":
        return below(value, Fraction("1.5"), 1, Fraction("0.5"), Fraction("0.1"))
    if version == 6:
        return None  # no lymphocytes in v6
    return below(value, lln, Fraction("0.8"), Fraction("0.5"), Fraction("0.2"))


def below(value, first, second, third, fourth=0):
    """The highest grade whose limit lies above the value; the first limit is asked only if no other decides."""
    if value < fourth:
        return 4
    if value < third:
        return 3
    if value < second:
        return 2
    if first is None:
        return None
    return 1 if value < first else 0


def ctcae_high(variable, value, uln):
    if variable == "triglycerides":
        return above(value, Fraction("1.71"), Fraction("3.42"), Fraction("5.7"), Fraction("11.4"), from_first=True)
    if variable == "temperature":
        return above(value, 38, 39, 40, from_first=True)
    if variable == "inr":  # not on anticoagulant
        return above(value, Fraction("1.2"), Fraction("1.5"), Fraction("2.5"))
    if variable == "potassium":
        return above(value, uln, Fraction("5.5"), 6, 7)
    raise KeyError(variable)


def above(value, first, second, third, fourth=None, from_first=False):
    """from_first: the printed range of grade 1 begins at its limit, not above it."""
    if fourth is not None and value > fourth:
        return 4
    if value > third:
        return 3
    if value > second:
        return 2
    if first is None:
        return None
    return 1 if value > first or (from_first and value == first) else 0


def ctcae_liver(variable, value, uln, baseline, version):
    if uln is None:
        return None
    if baseline is None:
        return 0 if value <= uln else None  # a baseline above this value would make it grade 0
    if variable == "alp" and version == 6:
        return 1 if value > uln and value > baseline else 0
    if baseline > uln:
        return ctcae_liver_from_baseline(variable, value / baseline, version)
    if variable == "bilirubin":
        return above(value / uln, 1, Fraction("1.5"), 3, 10)
    if variable in ("ggt", "alp"):
        return above(value / uln, 1, Fraction("2.5"), 5, 20)
    return above(value / uln, 1, 3, 5, 20)


def ctcae_liver_from_baseline(variable, ratio, version):
    if version == 5:
        if variable == "bilirubin":
            return above(ratio, 1, Fraction("1.5"), 3, 10)
        if variable in ("ggt", "alp"):
            return above(ratio, 2, Fraction("2.5"), 5, 20, from_first=True)
        return above(ratio, Fraction("1.5"), 3, 5, 20, from_first=True)
    if variable == "bilirubin":
        return above(ratio, 1, Fraction("1.5"), Fraction("2.5"), 10, from_first=True)
    if variable == "ggt":
        return above(ratio, 1, Fraction("1.5"), 3, 10, from_first=True)
    return above(ratio, 1, Fraction("1.5"), 2, 4, from_first=True)


def ctcae_creatinine(value, uln, lln, baseline, version):
    if uln is None:
        return None
    by_limit = above(value / uln, 1, Fraction("1.5"), 3, 6)
    if by_limit >= 3:
        return by_limit
    if baseline is None:
        return None  # more than three times an unknown baseline would be grade 3
    highest = max(by_limit, ctcae_creatinine_rise(value / baseline))
    if version == 5 or highest == by_limit:
        return highest
    if lln is None:
        return None
    return highest if baseline < lln else by_limit


def ctcae_creatinine_rise(ratio):
    if ratio > 3:
        return 3
    return 2 if ratio > Fraction("1.5") else 0


def ctcae_fibrinogen(value, lln, baseline):
    if value < Fraction("0.5"):
        return 4
    if lln is None:
        return None
    if value >= lln:
        return 0  # CTCAE counts a fall "if abnormal"
    by_limit = below(value / lln, 1, Fraction("0.75"), Fraction("0.5"), Fraction("0.25"))
    if by_limit == 4:
        return 4
    if baseline is None:
        return None
    return max(by_limit, ctcae_fall(1 - value / baseline))


def ctcae_fall(fall):
    if fall >= Fraction("0.75"):
        return 4
    if fall >= Fraction("0.5"):
        return 3
    if fall >= Fraction("0.25"):
        return 2
    return 1 if fall > 0 else 0
