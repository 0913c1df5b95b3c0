"""Writes evaluation.json and distances.json: small arrays and what numpy, scipy and scikit-image compute from them.
Run with Debian's python3-scipy and python3-skimage: /usr/bin/python3 test/golden/evaluation/make.py"""
import json, pathlib
import numpy as np, scipy, scipy.linalg, scipy.ndimage, scipy.spatial, skimage
from scipy import stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

rng = np.random.default_rng(20)


def numbers(array):
    """Nested lists of few digits: both sides read the same values."""
    return np.round(np.asarray(array, np.float64), 4).tolist()


# Lists: correlated, with ties, with an outlier, on a large offset.
lists = []
for count, noise, offset, ties in [(40, 0.3, 0, False), (25, 1.0, 100, False), (60, 0.8, -3, True), (7, 0.05, 0, False), (2, 1, 0, False)]:
    a = rng.normal(size=count)
    b = -2.5 * a + noise * rng.normal(size=count) + offset
    if ties:
        a, b = np.round(a, 0), np.round(b, 0)
    a[0] += 4
    a, b = np.array(numbers(a)), np.array(numbers(b))
    line = stats.linregress(a, b)
    lists.append({
        "a": a.tolist(), "b": b.tolist(),
        "pearson": stats.pearsonr(a, b)[0], "spearman": stats.spearmanr(a, b)[0], "ranks": stats.rankdata(a).tolist(),
        "mean": np.mean(a), "median": np.median(a),
        "percentiles": {str(p): np.percentile(a, p) for p in (0, 2.5, 10, 33, 95, 100)},
        "scale": np.linalg.lstsq(a[:, None], b, rcond=None)[0][0],
        "line": {"scale": line.slope, "offset": line.intercept, "rms": np.sqrt(np.mean((line.slope * a + line.intercept - b) ** 2))},
        "cosine": 1 - scipy.spatial.distance.cosine(a, b),
    })

# Pictures [C,H,W] in -1..1: smooth and noisy, not square, a mask that touches a border.
pictures = []
for channels, height, width, noise in [(3, 24, 30, 0.1), (1, 16, 13, 0.5), (3, 11, 11, 0.02)]:
    y, x = np.mgrid[0:height, 0:width]
    a = np.stack([np.sin(0.4 * x + c) * np.cos(0.3 * y - c) for c in range(channels)]) * 0.8
    b = np.clip(0.9 * a + 0.05 + noise * rng.normal(size=a.shape), -1, 1)
    a, b = np.array(numbers(a)), np.array(numbers(b))
    coverage = np.array(numbers(np.clip(1.2 - np.hypot((x - width * 0.3) / width, (y - height / 2) / height) * 2.2, 0, 1)))
    inside = coverage > 0.5
    options = dict(data_range=2, channel_axis=0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    # The mean that comes first does not follow from the map: it leaves the border of five pixels out.
    score, full = structural_similarity(a, b, full=True, **options)
    pictures.append({
        "channels": channels, "height": height, "width": width,
        "a": a.ravel().tolist(), "b": b.ravel().tolist(), "mask": coverage.ravel().tolist(),
        "psnr": peak_signal_noise_ratio(a, b, data_range=2), "psnrMasked": peak_signal_noise_ratio(a[:, inside], b[:, inside], data_range=2),
        "ssim": score, "ssimMasked": full.mean(0)[inside].mean(), "ssimMap": np.round(full.mean(0).ravel(), 8).tolist(),
    })


def uniforms(seed):
    """SplitMix at 32 bits in Python's whole numbers."""
    counter = seed & 0xFFFFFFFF
    while True:
        counter = (counter + 0x9E3779B9) & 0xFFFFFFFF
        bits = counter
        bits = ((bits ^ (bits >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
        bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
        yield (bits ^ (bits >> 16)) / 2**32


def draw(seed, count):
    source = uniforms(seed)
    return np.array([next(source) for _ in range(count)])


# The interval with our own numbers, and scipy's, whose random numbers differ.
values = np.array(numbers(rng.gamma(2.0, size=16)))
bootstraps = []
for statistic in ("median", "mean"):
    function = getattr(np, statistic)
    resamples = values[np.floor(draw(7, 500 * 16) * 16).astype(int).reshape(500, 16)]
    ours = np.percentile(function(resamples, axis=1), [5, 95])
    theirs = stats.bootstrap((values,), function, n_resamples=20000, confidence_level=0.9, method="percentile", random_state=1).confidence_interval
    bootstraps.append({"statistic": statistic, "same": ours.tolist(), "scipy": [theirs.low, theirs.high]})

path = pathlib.Path(__file__).with_name("evaluation.json")
path.write_text(json.dumps({
    "numpy": np.__version__, "scipy": scipy.__version__, "skimage": skimage.__version__,
    "lists": lists, "pictures": pictures,
    "uniforms": [{"seed": seed, "first": draw(seed, 5).tolist(), "mean": draw(seed, 5000).mean()} for seed in (0, 1, 12345, 2**32 - 1)],
    "bootstrap": {"values": values.tolist(), "seed": 7, "resamples": 500, "level": 0.9, "rows": bootstraps},
}) + "\n")

# Distances between distributions: more features than pictures, fewer, and sets of different sizes.
distances = []
for count_a, count_b, size, shift in [(12, 12, 40, 0.3), (9, 14, 20, 0.0), (60, 45, 6, 1.0), (30, 30, 30, 0.5)]:
    mixing = rng.normal(size=(size, size)) / np.sqrt(size)
    a = np.array(numbers(np.abs(rng.normal(size=(count_a, size)) @ mixing)))
    b = np.array(numbers(np.abs(rng.normal(size=(count_b, size)) @ mixing + shift)))
    means = [x.mean(0) for x in (a, b)]
    # scipy's root of a product without full rank is unreliable; the sum of the roots of its eigenvalues is not.
    covariances = [np.cov(x, rowvar=False) for x in (a, b)]
    roots = np.sqrt(np.maximum(scipy.linalg.eigvals(covariances[0] @ covariances[1]).real, 0)).sum()
    if min(count_a, count_b) > size:
        assert abs(roots - np.trace(scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real)) < 1e-8
    frechet = ((means[0] - means[1]) ** 2).sum() + np.trace(covariances[0]) + np.trace(covariances[1]) - 2 * roots
    kernels = [(x @ y.T / size + 1) ** 3 for x, y in ((a, a), (a, b), (b, b))]
    off = lambda k: (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
    # The same with three pictures a subject: pairs within a subject do not count.
    subjects = np.arange(count_a) // 3
    apart = subjects[:, None] != subjects[None]
    distances.append({
        "a": a.tolist(), "b": b.tolist(), "subjects": subjects.tolist(), "frechet": frechet,
        "kernel": off(kernels[0]) + off(kernels[2]) - 2 * kernels[1].mean(),
        "kernelBySubject": kernels[0][apart].mean() + off(kernels[2]) - 2 * kernels[1].mean(),
    })

# What a 3x3 mean takes away, inside a mask eroded by a pixel.
high_passes = []
for row in pictures:
    shape = (row["height"], row["width"])
    a = np.array(row["a"]).reshape(row["channels"], *shape)
    low = scipy.ndimage.uniform_filter(a, size=(1, 3, 3), mode="nearest")
    inside = scipy.ndimage.binary_erosion(np.array(row["mask"]).reshape(shape) > 0.5, np.ones((3, 3)))
    high_passes.append({"low": low.ravel().tolist(), "energy": ((a - low) ** 2)[:, inside].mean()})

path.with_name("distances.json").write_text(json.dumps({
    "numpy": np.__version__, "scipy": scipy.__version__, "distances": distances, "highPasses": high_passes,
}) + "\n")
