"""The peer of bench:train-step: the same networks, weights, batch and optimiser in PyTorch, in every form worth trying.

Reads the first weights (float32, in the order of names.json) and the batch from a folder; answers one JSON line for
each line on standard input: `NAME` runs one training step of that variant and gives its milliseconds and its loss;
an empty line ends it.
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

def conv(i, o, k=3, stride=1, bias=True):
    return nn.Conv2d(i, o, k, stride, k // 2, bias=bias)


PHASES = False


def sums(w, axis):
    """The 3 taps of an axis as the 2 that each phase of a doubled picture sees."""
    a, b, c = w.unbind(axis)
    return torch.stack([a, b + c], axis), torch.stack([a + b, c], axis)


def upsampled(x, weight, bias):
    """A 3x3 convolution of x doubled by repeating its pixels: as it stands, or as four 2x2 convolutions of x."""
    if not PHASES:
        return F.conv2d(F.interpolate(x, scale_factor=2), weight, bias, padding=1)
    phases = [F.conv2d(F.pad(x, (1 - j, j, 1 - i, i)), k, bias)
              for i, rows in enumerate(sums(weight, 2)) for j, k in enumerate(sums(rows, 3))]
    return F.pixel_shuffle(torch.stack(phases, 2).flatten(1, 2), 2)


class Reduced(nn.Module):
    def __init__(self, i, skip, o):
        super().__init__()
        self.reduce, self.merge, self.o = conv(i, o), conv(o + skip, o), o

    def forward(self, x, skip):
        x, m = F.relu(self.reduce(x), inplace=True), self.merge
        if skip is None:
            return F.relu(upsampled(x, m.weight, m.bias), inplace=True)
        if not PHASES:
            return F.relu(m(torch.cat([F.interpolate(x, scale_factor=2), skip], 1)), inplace=True)
        own = upsampled(x, m.weight[:, :self.o], None)
        return F.relu(F.conv2d(skip, m.weight[:, self.o:], m.bias, padding=1).add_(own), inplace=True)


class ConvNorm(nn.Module):
    def __init__(self, i, o, k, stride):
        super().__init__()
        self.conv, self.norm = conv(i, o, k, stride, bias=False), nn.BatchNorm2d(o)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1, self.norm1 = conv(i, o, 3, stride, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.norm2 = conv(o, o, bias=False), nn.BatchNorm2d(o)
        self.shortcut = ConvNorm(i, o, 1, stride) if stride != 1 or i != o else None

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        return F.relu(y.add_(x if self.shortcut is None else self.shortcut(x)), inplace=True)


class DepthNet(nn.Module):
    def __init__(self, channels=(32, 64, 128, 256), finest=16):
        super().__init__()
        self.stem = ConvNorm(3, channels[0], 5, 2)
        i = channels[0]
        for stage, o in enumerate(channels):
            self.add_module(f'layer{stage + 1}', nn.Sequential(Block(i, o, 1 if stage == 0 else 2), Block(o, o, 1)))
            i = o
        for level in (3, 2, 1, 0):
            o = channels[level - 1] if level else finest
            self.add_module(f'up{level}', Reduced(i, o if level else 0, o))
            i = o
        self.head = conv(finest, 1)

    def forward(self, x):
        x = F.relu(self.stem(x), inplace=True)
        skips = []
        for stage in (1, 2, 3, 4):
            x = getattr(self, f'layer{stage}')(x)
            skips.append(x)
        skips.pop()
        for level in (3, 2, 1, 0):
            x = getattr(self, f'up{level}')(x, skips.pop() if skips else None)
        return 1 + 0.16 * torch.tanh(self.head(x))


class EncoderDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv0, self.conv1, self.conv2, self.conv3 = conv(3, 32), conv(32, 64, 3, 2), conv(64, 128, 3, 2), conv(128, 128)
        self.conv4, self.conv5, self.conv6 = conv(128, 64), conv(64, 32), conv(32, 3)

    def forward(self, x):
        for layer in (self.conv0, self.conv1, self.conv2, self.conv3):
            x = F.leaky_relu(layer(x), 0.2, inplace=True)
        for layer in (self.conv4, self.conv5):
            x = F.leaky_relu(upsampled(x, layer.weight, layer.bias), 0.2, inplace=True)
        return self.conv6(x)


def read_tensors(folder, name):
    with open(f'{folder}/{name}.json') as f:
        entries = json.load(f)
    data = torch.frombuffer(bytearray(open(f'{folder}/{name}.bin', 'rb').read()), dtype=torch.float32)
    tensors, at = {}, 0
    for key, shape in entries:
        size = 1
        for d in shape:
            size *= d
        tensors[key] = data[at:at + size].clone().view(shape)
        at += size
    return tensors


class Variant:
    def __init__(self, folder, net, channels_last, foreach, phases):
        self.phases = phases
        tensors = read_tensors(folder, net)
        memory = torch.channels_last if channels_last else torch.contiguous_format
        self.image = tensors.pop('image').contiguous(memory_format=memory)
        self.target = tensors.pop('target').contiguous(memory_format=memory)
        self.model = {'depthNet': DepthNet, 'encoderDecoder': EncoderDecoder}[net]()
        names = {k.replace('.gamma', '.weight').replace('.beta', '.bias').replace('.mean', '.running_mean')
                 .replace('.variance', '.running_var'): v for k, v in tensors.items()}
        missing = self.model.load_state_dict(names, strict=False)
        assert not missing.unexpected_keys and all('num_batches' in k for k in missing.missing_keys), missing
        self.model = self.model.to(memory_format=memory).train()
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=5e-4, betas=(0.9, 0.99), weight_decay=1e-4, foreach=foreach)

    def step(self):
        global PHASES
        PHASES = self.phases
        start = time.perf_counter()
        self.optimiser.zero_grad(set_to_none=True)
        loss = F.mse_loss(self.model(self.image), self.target)
        loss.backward()
        self.optimiser.step()
        value = loss.item()
        return (time.perf_counter() - start) * 1e3, value


FORMS = {'contiguous': (False, False, False), 'channels-last': (True, False, False),
         'channels-last-foreach': (True, True, False), 'channels-last-phases': (True, False, True)}


def main():
    folder, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    variants = {f'{net}/{form}': Variant(folder, net, *options) for net in sys.argv[3:] for form, options in FORMS.items()}
    print(json.dumps({'variants': list(variants), 'torch': torch.__version__}), flush=True)
    for line in sys.stdin:
        name = line.strip()
        if not name:
            break
        ms, loss = variants[name].step()
        print(json.dumps({'ms': ms, 'loss': loss}), flush=True)


if __name__ == '__main__':
    main()
