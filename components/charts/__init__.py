"""Values in, drawing out: figures as plain plotly dicts, sparklines as SVG."""
