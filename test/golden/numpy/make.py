"""Writes randn.json: what numpy.random.RandomState(seed).randn(n) gives. Run with Debian's python3-numpy."""
import json, pathlib
import numpy as np
seeds = [0, 1, 7, 42, 12345, 2**31 - 1, 2**31, 2**32 - 1]
rows = []
for seed in seeds:
    z = np.random.RandomState(seed).randn(1024)
    rows.append({"seed": seed, "first": z[:9].tolist(), "at": {str(k): z[k] for k in (311, 312, 623, 624, 1023)}, "sum": float(np.sum(np.abs(z)))})
path = pathlib.Path(__file__).with_name("randn.json")
path.write_text(json.dumps({"numpy": np.__version__, "rows": rows}, indent=1) + "\n")
