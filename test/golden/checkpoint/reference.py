"""StyleGAN2's forward pass (Karras et al. 2020), from weights under NVIDIA's names, written from the definitions in float64:
convolution after inserting zeros instead of a transposed one, filters by tap. Slow, and independent of the graphs under test."""
import math

import torch
import torch.nn.functional as F

FILTER = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64)


def mapping(weights, z, lr):
    x = z.double()
    x = x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()
    layers = 0
    while f'mapping.fc{layers}.weight' in weights:
        weight = weights[f'mapping.fc{layers}.weight'].double()
        x = x @ (weight * lr / math.sqrt(weight.shape[1])).t() + weights[f'mapping.fc{layers}.bias'].double() * lr
        x = F.leaky_relu(x, 0.2) * math.sqrt(2)
        layers += 1
    return x


def insert_zeros(x):
    n, c, h, w = x.shape
    out = x.new_zeros(n, c, h, 2, w, 2)
    out[:, :, :, 0, :, 0] = x
    return out.reshape(n, c, 2 * h, 2 * w)


def smooth(x, before, after):
    """Filters with outer([1,3,3,1])/64·4; `before` and `after` are the zeros added on each side."""
    taps = FILTER / FILTER.sum() * 2
    channels = x.shape[1]
    x = F.pad(x, [before, after, before, after])
    x = F.conv2d(x, taps.reshape(1, 1, 4, 1).repeat(channels, 1, 1, 1), groups=channels)
    return F.conv2d(x, taps.reshape(1, 1, 1, 4).repeat(channels, 1, 1, 1), groups=channels)


def affine(weights, name, w):
    weight = weights[f'{name}.weight'].double()
    return w @ weight.t() / math.sqrt(weight.shape[1]) + weights[f'{name}.bias'].double()


def convolve(x, weight, up):
    if not up:
        return F.conv2d(x, weight, padding=1)
    # A transposed convolution of stride 2 is a true convolution (flipped weights) over inserted zeros, without the zeros
    # behind the last sample.
    x = F.pad(insert_zeros(x)[:, :, :-1, :-1], [2, 2, 2, 2])
    return smooth(F.conv2d(x, weight.flip([2, 3])), 1, 1)


def layer(weights, name, x, w, up, clamp):
    style = affine(weights, f'{name}.affine', w)
    weight = weights[f'{name}.weight'].double()
    modulated = weight[None] * style[:, None, :, None, None]
    demodulation = (modulated.square().sum([2, 3, 4]) + 1e-8).rsqrt()
    x = convolve(x * style[:, :, None, None], weight, up) * demodulation[:, :, None, None]
    if f'{name}.noise_const' in weights:
        x = x + weights[f'{name}.noise_const'].double() * weights[f'{name}.noise_strength'].double()
    x = F.leaky_relu(x + weights[f'{name}.bias'].double()[None, :, None, None], 0.2) * math.sqrt(2)
    return x if clamp is None else x.clamp(-clamp, clamp)


def to_rgb(weights, name, x, w, clamp):
    weight = weights[f'{name}.weight'].double()
    style = affine(weights, f'{name}.affine', w) / math.sqrt(weight.shape[1])
    x = F.conv2d(x * style[:, :, None, None], weight) + weights[f'{name}.bias'].double()[None, :, None, None]
    return x if clamp is None else x.clamp(-clamp, clamp)


def synthesis(weights, ws, resolution, clamp=None):
    ws = ws.double()
    x = weights['synthesis.b4.const'].double()[None].repeat(len(ws), 1, 1, 1)
    x = layer(weights, 'synthesis.b4.conv1', x, ws[:, 0], False, clamp)
    image = to_rgb(weights, 'synthesis.b4.torgb', x, ws[:, 1], clamp)
    size, index = 8, 1
    while size <= resolution:
        block = f'synthesis.b{size}'
        x = layer(weights, f'{block}.conv0', x, ws[:, index], True, clamp)
        x = layer(weights, f'{block}.conv1', x, ws[:, index + 1], False, clamp)
        image = smooth(insert_zeros(image), 2, 1) + to_rgb(weights, f'{block}.torgb', x, ws[:, index + 2], clamp)
        size, index = 2 * size, index + 2
    return image
