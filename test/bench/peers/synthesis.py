"""The peer of bench:synthesis: the same StyleGAN2 synthesis in PyTorch, in every form that is worth trying.

Reads a checkpoint in rosinality's names; answers one JSON line for each line on standard input:
`NAME` runs that variant twice and gives the second run's milliseconds; an empty line ends it.
Arguments: checkpoint, latents (raw float32 [N,L,W]), N, threads.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

path, latents, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
g = torch.load(path, map_location='cpu')['g_ema']
TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
KERNEL = torch.outer(TAPS, TAPS) * 4
GAIN = 2 ** 0.5


def demodulation(w, s):
    return torch.rsqrt((s * s) @ (w * w).sum((2, 3)).T + 1e-8)


def subpixel(w):
    """ConvTranspose with stride 2 as 2x2 convolutions to four phases, for builds whose transpose is slow."""
    k = torch.zeros(w.shape[0], 4, w.shape[1], 2, 2)
    for phase in range(4):
        for tap in range(4):
            row, column = (phase >> 1) + 2 * (1 - (tap >> 1)), (phase & 1) + 2 * (1 - (tap & 1))
            if row < 3 and column < 3:
                k[:, phase, :, tap >> 1, tap & 1] = w[:, :, row, column]
    return k.flatten(0, 1)


def parts(w):
    """The same as four convolutions of 2x2, 2x1, 1x2 and 1x1 taps: no tap is zero, and nothing is computed in vain."""
    return [w[:, :, rows][:, :, :, columns] for rows in ([2, 0], [1]) for columns in ([2, 0], [1])]


def phases(w):
    """The same with the low-pass filter folded in: 3x3 convolutions to four phases."""
    padded = F.pad(w, (3, 3, 3, 3)).flatten(0, 1)[:, None]
    k = F.conv2d(padded, KERNEL[None, None]).view(w.shape[0], w.shape[1], 6, 6)  # k[..., q + 3, p + 3]
    out = torch.zeros(w.shape[0], 4, w.shape[1], 3, 3)
    for phase in range(4):
        for t in range(9):
            out[:, phase, :, t // 3, t % 3] = k[:, :, (phase >> 1) + 4 - 2 * (t // 3), (phase & 1) + 4 - 2 * (t % 3)]
    return out.flatten(0, 1)


class Net:
    def __init__(self, fused, channels_last, form='transpose'):
        self.form = form
        self.fused, self.format = fused, torch.channels_last if channels_last else torch.contiguous_format
        self.layers = []
        names = ['conv1'] + [f'convs.{i}' for i in range(sum(k.endswith('.noise.weight') for k in g) - 1)]
        for i, n in enumerate(names):
            w = g[f'{n}.conv.weight'][0]
            up = n != 'conv1' and i % 2 == 1
            affine = g[f'{n}.conv.modulation.weight']
            self.layers.append({
                'w': w.contiguous(memory_format=self.format), 'up': up,
                'wt': w.transpose(0, 1).contiguous(memory_format=self.format),
                'ws': subpixel(w).contiguous(memory_format=self.format) if up else None,
                'wp': phases(w).contiguous(memory_format=self.format) if up else None,
                'wq': [part.contiguous(memory_format=self.format) for part in parts(w)] if up else None,
                'aw': affine / affine.shape[1] ** 0.5, 'ab': g[f'{n}.conv.modulation.bias'],
                'noise': g[f'noises.noise_{i}'] * g[f'{n}.noise.weight'], 'bias': g[f'{n}.activate.bias'].view(1, -1, 1, 1),
                'blur': KERNEL.expand(w.shape[0], 1, 4, 4).contiguous(),
            })
        self.rgbs = []
        for n in ['to_rgb1'] + [f'to_rgbs.{i}' for i in range(len(names) // 2)]:
            w = g[f'{n}.conv.weight'][0]
            affine = g[f'{n}.conv.modulation.weight']
            self.rgbs.append({'w': w / w.shape[1] ** 0.5, 'aw': affine / affine.shape[1] ** 0.5,
                              'ab': g[f'{n}.conv.modulation.bias'], 'bias': g[f'{n}.bias']})
        self.up = KERNEL.expand(3, 1, 4, 4).contiguous()
        self.const = g['input.input']

    def conv(self, x, l, style):
        s = F.linear(style, l['aw'], l['ab'])
        d = demodulation(l['w'], s)
        n, i = s.shape
        if self.fused:
            w = l['w'][None] * s.view(n, 1, i, 1, 1) * d.view(n, -1, 1, 1, 1)
            o, h = w.shape[1], x.shape[2]
            if l['up']:
                w = w.transpose(1, 2).reshape(n * i, o, 3, 3)
                x = F.conv_transpose2d(x.reshape(1, n * i, h, h), w, stride=2, groups=n)
                x = x.view(n, o, 2 * h + 1, 2 * h + 1)
            else:
                x = F.conv2d(x.reshape(1, n * i, h, h), w.reshape(n * o, i, 3, 3), padding=1, groups=n).view(n, o, h, h)
        else:
            x = x * s.view(n, i, 1, 1)
            if not l['up']:
                x = F.conv2d(x, l['w'], padding=1)
            elif self.form == 'phases':
                x = F.pixel_shuffle(F.conv2d(x, l['wp'], padding=1), 2)
            elif self.form == 'subpixel':
                x = F.pixel_shuffle(F.conv2d(x, l['ws'], padding=1), 2)[:, :, :-1, :-1]
            elif self.form == 'parts':
                x = self.woven(x, l['wq'])
            else:
                x = F.conv_transpose2d(x, l['wt'], stride=2)
            x = x * d.view(n, -1, 1, 1)
        if l['up'] and self.form != 'phases':
            x = F.conv2d(x, l['blur'], padding=1, groups=x.shape[1])
        return F.leaky_relu(x + l['noise'] + l['bias'], 0.2).mul_(GAIN)

    def woven(self, x, kernels):
        n, _, h, w = x.shape
        y = torch.empty(n, kernels[0].shape[0], 2 * h + 1, 2 * w + 1).contiguous(memory_format=self.format)
        for phase, k in enumerate(kernels):
            row, column = phase >> 1, phase & 1
            y[:, :, row::2, column::2] = F.conv2d(x, k, padding=(1 - row, 1 - column))
        return y

    def rgb(self, x, l, style):
        s = F.linear(style, l['aw'], l['ab'])
        n, i = s.shape
        w = (l['w'].view(1, 3, i) * s.view(n, 1, i))
        return torch.bmm(w, x.reshape(n, i, -1)).view(n, 3, *x.shape[2:]) + l['bias']

    def __call__(self, ws):
        x = self.const.expand(ws.shape[0], -1, -1, -1).contiguous(memory_format=self.format)
        image = None
        for k, rgb in enumerate(self.rgbs):
            for at in ([0] if k == 0 else [2 * k - 1, 2 * k]):
                x = self.conv(x, self.layers[at], ws[:, at])
            y = self.rgb(x, rgb, ws[:, 2 * k + 1])
            image = y if image is None else F.conv_transpose2d(image, self.up, stride=2, padding=1, groups=3) + y
        return image


FORMATS = {'contiguous': False, 'channels-last': True}
nets = {f'fused-transpose-{c}': Net(True, FORMATS[c]) for c in FORMATS}
nets |= {f'unfused-{form}-{c}': Net(False, FORMATS[c], form) for form in ('transpose', 'subpixel', 'parts', 'phases') for c in FORMATS}
width = g['style.1.weight'].shape[0]
with open(latents, 'rb') as file:
    ws = torch.frombuffer(bytearray(file.read()), dtype=torch.float32).view(batch, -1, width)
print(json.dumps({'variants': list(nets), 'torch': torch.__version__}), flush=True)
with torch.inference_mode():
    for line in sys.stdin:
        name = line.strip()
        if not name:
            break
        nets[name](ws)
        start = time.perf_counter()
        image = nets[name](ws)
        print(json.dumps({'ms': (time.perf_counter() - start) * 1e3, 'mean': image.abs().mean().item()}), flush=True)
