"""The peer of bench:train-step's `refiner`: one step of the latent refiner in PyTorch, in every form worth trying.

The step is that of generator/src/refiner: transformer and curve on whitened latents, the frozen StyleGAN2 with
gradient, the frozen depth net without and the frozen yaw net with it, warps by grid_sample, photometric and other losses,
clipping and AdamW. Tensors come from a folder (float32, in the order of refiner.json): learned weights by name, `batch.*`
and `frozen.*`. Answers one JSON line for each line on standard input: `NAME` runs one step of that form and gives its
milliseconds, its loss with the parts, and the gradient's norm; an empty line ends it.
Arguments: folder, threads, name of the task, and, where not all are wanted, the forms.
"""
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from train_step import DepthNet, read_tensors

folder, threads, task = sys.argv[1], int(sys.argv[2]), sys.argv[3]
GAIN, LEAK = 2 ** 0.5, 0.2
TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
KERNEL = torch.outer(TAPS, TAPS) * 4
FIRST, LAST = 0, 6  # refined layers
VIEWS = 3
HEADS, BLOCKS = 4, 4
WEIGHTS = {'front': 2, 'back': 2, 'neighbours': 0.2, 'latent': 0.3, 'pose': 2}
RATE = 6e-5


def phases(w):
    """Low-pass filter and upsampling convolution folded into 3x3 convolutions to four phases."""
    k = F.conv2d(F.pad(w, (3, 3, 3, 3)).flatten(0, 1)[:, None], KERNEL[None, None]).view(w.shape[0], w.shape[1], 6, 6)
    out = torch.zeros(w.shape[0], 4, w.shape[1], 3, 3)
    for phase in range(4):
        for t in range(9):
            out[:, phase, :, t // 3, t % 3] = k[:, :, (phase >> 1) + 4 - 2 * (t // 3), (phase & 1) + 4 - 2 * (t % 3)]
    return out.flatten(0, 1)


class Synthesis:
    """StyleGAN2's synthesis: `fused` scales each sample's kernels (grouped convolutions), else activations are scaled;
    the upsampling convolution is a transposed one and a low-pass, or, unfused, `phases`."""

    def __init__(self, tensors, fused, form, memory):
        self.fused, self.form, self.memory = fused, form, memory
        self.const = tensors['const'][None]
        self.blocks = []
        resolution = 4
        while f'b{resolution}.conv1.weight' in tensors:
            name = f'b{resolution}'
            up = self.layer(tensors, f'{name}.conv0', True) if resolution > 4 else None
            self.blocks.append((up, self.layer(tensors, f'{name}.conv1', False), self.layer(tensors, f'{name}.torgb', False)))
            resolution *= 2
        self.up = KERNEL.expand(3, 1, 4, 4).contiguous()

    def layer(self, tensors, name, up):
        w, affine = tensors[f'{name}.weight'], tensors[f'{name}.affine.weight']
        layer = {'w': w.contiguous(memory_format=self.memory), 'aw': affine / affine.shape[1] ** 0.5, 'ab': tensors[f'{name}.affine.bias'],
                 'bias': tensors[f'{name}.bias'].view(1, -1, 1, 1)}
        if f'{name}.noise' in tensors:
            layer['squares'] = tensors.get(f'{name}.squares', w.square().sum((2, 3)))
            layer['offset'] = layer['bias'] + tensors[f'{name}.noise']
        if up:
            layer['wt'] = w.transpose(0, 1).contiguous(memory_format=self.memory)
            layer['wp'] = phases(w).contiguous(memory_format=self.memory)
            layer['blur'] = KERNEL.expand(w.shape[0], 1, 4, 4).contiguous()
        return layer

    def conv(self, x, l, w, up):
        s = F.linear(w, l['aw'], l['ab'])
        d = torch.rsqrt(F.linear(s * s, l['squares']) + 1e-8)
        n, i = s.shape
        if self.fused:
            kernel = l['w'][None] * s.view(n, 1, i, 1, 1) * d.view(n, -1, 1, 1, 1)
            o, h = kernel.shape[1], x.shape[2]
            if up:
                kernel = kernel.transpose(1, 2).reshape(n * i, o, 3, 3)
                x = F.conv_transpose2d(x.reshape(1, n * i, h, h), kernel, stride=2, groups=n).view(n, o, 2 * h + 1, 2 * h + 1)
            else:
                x = F.conv2d(x.reshape(1, n * i, h, h), kernel.reshape(n * o, i, 3, 3), padding=1, groups=n).view(n, o, h, h)
        else:
            x = x * s.view(n, i, 1, 1)
            if not up:
                x = F.conv2d(x, l['w'], padding=1)
            elif self.form == 'phases':
                x = F.pixel_shuffle(F.conv2d(x, l['wp'], padding=1), 2)
            else:
                x = F.conv_transpose2d(x, l['wt'], stride=2)
            x = x * d.view(n, -1, 1, 1)
        if up and self.form != 'phases':
            x = F.conv2d(x, l['blur'], padding=1, groups=x.shape[1])
        return F.leaky_relu(x + l['offset'], LEAK, inplace=True) * GAIN

    def rgb(self, x, l, w):
        s = F.linear(w, l['aw'], l['ab'])
        n, i = s.shape
        kernel = (l['w'].view(1, 3, i) / i ** 0.5) * s.view(n, 1, i)
        return torch.bmm(kernel, x.reshape(n, i, -1)).view(n, 3, *x.shape[2:]) + l['bias']

    def __call__(self, ws):
        x = self.const.expand(ws.shape[0], -1, -1, -1).contiguous(memory_format=self.memory)
        image = None
        for k, (up, conv, rgb) in enumerate(self.blocks):
            if up:
                x = self.conv(x, up, ws[:, 2 * k - 1], True)
            x = self.conv(x, conv, ws[:, 2 * k], False)
            y = self.rgb(x, rgb, ws[:, 2 * k + 1])
            image = y if image is None else F.conv_transpose2d(image, self.up, stride=2, padding=1, groups=3) + y
        return image


class YawNet:
    """Five convolutions with their normalisation folded in, antisymmetric under the mirror."""

    def __init__(self, tensors, memory):
        self.convs = []
        i = 3
        for k, o in enumerate((32, 48, 64, 96, 128)):
            scale = tensors[f'conv{k}.norm.gamma'] * torch.rsqrt(tensors[f'conv{k}.norm.variance'] + 1e-5)
            weight = tensors[f'conv{k}.weight'].view(o, i, 3, 3) * scale.view(-1, 1, 1, 1)
            bias = tensors[f'conv{k}.norm.beta'] - tensors[f'conv{k}.norm.mean'] * scale
            self.convs.append((weight.contiguous(memory_format=memory), bias))
            i = o
        self.dense = [(tensors[f'{n}.weight'].view(o, -1), tensors[f'{n}.bias']) for n, o in (('hidden', 64), ('yaw', 1))]

    def __call__(self, image):
        small = F.avg_pool2d(image, image.shape[3] // 64)
        x = torch.cat([small, small.flip(3)])
        for weight, bias in self.convs:
            x = F.relu(F.conv2d(x, weight, bias, stride=2, padding=1), inplace=True)
        (w1, b1), (w2, b2) = self.dense
        seen, mirrored = F.linear(F.relu(F.linear(x.flatten(1), w1, b1)), w2, b2)[:, 0].chunk(2)
        return 1.6 * torch.tanh(0.5 * (seen - mirrored) / 1.6)


def depth_net(tensors, memory):
    """The frozen depth net of train_step.py, its normalisations folded into its convolutions."""
    net = DepthNet()
    state = net.state_dict()
    for key, value in state.items():
        if key.endswith('num_batches_tracked'):
            continue
        ours = key
        for theirs, name in (('running_mean', 'mean'), ('running_var', 'variance')):
            ours = ours.replace(theirs, name)
        if 'norm' in key:
            ours = ours.replace('.weight', '.gamma').replace('.bias', '.beta')
        value.copy_(tensors[ours].view_as(value))
    net.load_state_dict(state)
    for module in list(net.eval().modules()):
        for conv, norm in (('conv', 'norm'), ('conv1', 'norm1'), ('conv2', 'norm2')):
            if isinstance(getattr(module, norm, None), torch.nn.BatchNorm2d):
                fused = torch.nn.utils.fusion.fuse_conv_bn_eval(getattr(module, conv), getattr(module, norm))
                setattr(module, conv, fused)
                setattr(module, norm, torch.nn.Identity())
    return net.to(memory_format=memory).requires_grad_(False)


def angles(a):
    turns = a[:, None] * torch.tensor([1.0, 2.0, 3.0, 5.0])
    return torch.cat([turns.sin(), turns.cos()], 1)


class Refiner:
    """Whitened tokens of the refined layers, a transformer told view and source, and the curve that all share."""

    def __init__(self, parameters, basis):
        self.p = parameters
        deviations = basis['deviations'][:, None]
        self.mean, self.whitening = basis['mean'], (basis['components'] / deviations).T.contiguous()
        self.unwhitening = basis['components'] * deviations

    def dense(self, name, x):
        return F.linear(x, self.p[f'refiner.{name}.weight'], self.p[f'refiner.{name}.bias'])

    def whiten(self, w):
        return (w - self.mean) @ self.whitening

    def attention(self, name, x):
        n, t, d = x.shape
        q, k, v = self.dense(f'{name}.qkv', x).view(n, t, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        mixed = torch.softmax((q / (d // HEADS) ** 0.5) @ k.transpose(2, 3), 3) @ v
        return self.dense(f'{name}.output', mixed.transpose(1, 2).reshape(n, t, d))

    def body(self, z, source, view):
        condition = self.dense('body.view2', F.silu(self.dense('body.view1', view))) + self.dense('body.source', source)
        active = F.silu(condition)[:, None]
        x = self.dense('body.input', z) + self.p['refiner.body.position']
        norm = lambda v: F.layer_norm(v, v.shape[-1:])
        for k in range(BLOCKS):
            b = f'body.block{k}'
            shift1, scale1, gate1, shift2, scale2, gate2 = self.dense(f'{b}.modulation', active).chunk(6, 2)
            x = x + self.attention(f'{b}.attention', norm(x) * (1 + scale1) + shift1) * (1 + gate1)
            hidden = F.silu(self.dense(f'{b}.mlp1', norm(x) * (1 + scale2) + shift2))
            x = x + self.dense(f'{b}.mlp2', hidden) * (1 + gate2)
        shift, scale = self.dense('body.final', active).chunk(2, 2)
        return self.dense('body.output', norm(x) * (1 + scale) + shift)

    def __call__(self, w, rotated, yaw, t):
        z, s = self.whiten(rotated[:, FIRST:LAST]), self.whiten(w[:, FIRST:LAST])
        pace = math.pi / 2 / 1.008
        a = (torch.cos(t * pace) - math.tan(0.008 * pace) * torch.sin(t * pace)).clamp(min=0)[:, None, None]
        change = (a - 1) * z + (1 - a * a) * s
        change = change + self.dense('curve.output', F.silu(self.dense('curve.hidden', angles(yaw)))).view_as(z)
        change = change + self.body(z, s.mean(1), torch.cat([angles(yaw), angles(t * math.pi)], 1))
        tokens = rotated[:, FIRST:LAST] + change @ self.unwhitening
        return torch.cat([rotated[:, :FIRST], tokens, rotated[:, LAST:]], 1)


def flat_mask(image):
    side = image.shape[3]
    corner = max(2, round(side / 16))
    squares = torch.cat([image[:, :, :corner, :corner], image[:, :, :corner, side - corner:]], 3)
    raw = ((image - squares.mean((2, 3), keepdim=True)).abs().amax(1, keepdim=True) > 0.09).float()
    reach = max(1, round(2 * side / 64))
    grown = F.max_pool2d(raw, 2 * reach + 1, 1, reach)
    return -F.max_pool2d(-grown, 2 * reach + 1, 1, reach)


def photometric(a, b):
    x, y = a * 0.5 + 0.5, b * 0.5 + 0.5
    window = lambda v: F.avg_pool2d(F.pad(v, (1, 1, 1, 1), 'reflect'), 3, 1)
    mx, my = window(x), window(y)
    product, squares = mx * my, mx * mx + my * my
    covariance, variances = window(x * y) - product, window(x * x + y * y) - squares
    ssim = (2 * product + 1e-4) * (2 * covariance + 9e-4) / ((squares + 1e-4) * (variances + 9e-4))
    dissimilar = ((1 - ssim) * 0.5).clamp(0, 1).mean(1, keepdim=True)
    return 0.85 * dissimilar + 0.15 * (x - y).abs().mean(1, keepdim=True)


class Warps:
    """Every view with its source, both ways, and each with its neighbour in yaw, both ways."""

    def __init__(self, subjects, views, side, focal):
        rows = subjects * views
        own = torch.arange(rows)
        sources = rows + own // views
        first = own[(own + 1) % views != 0]
        self.target = torch.cat([sources, own, first, first + 1])
        self.source = torch.cat([own, sources, first + 1, first])
        self.counts = [rows, rows, 2 * len(first)]
        self.focal, self.side = focal, side
        u = (2 * torch.arange(side) + 1 - side) / side
        x, y = u.view(1, -1).expand(side, side), -u.view(-1, 1).expand(side, side)
        self.rays = torch.stack([x.reshape(-1) / focal, y.reshape(-1) / focal, -torch.ones(side * side)])

    def __call__(self, views, sources):
        bundle = lambda v: torch.cat([v['image'], v['mask'], v['depth']], 1)
        everything = torch.cat([bundle(views), bundle(sources)])
        yaws = torch.cat([views['yaw'], sources['yaw']])
        target = everything[self.target]
        turn = yaws[self.source] - yaws[self.target]
        c, s, zero, one = turn.cos(), turn.sin(), torch.zeros_like(turn), torch.ones_like(turn)
        rotation = torch.stack([c, zero, s, zero, one, zero, -s, zero, c], 1).view(-1, 3, 3)
        pivot = torch.tensor([0.0, 0.0, -1.0]).view(1, 3, 1)
        points = (rotation @ self.rays) * target[:, 4:5].flatten(2) + (pivot - rotation @ pivot)
        distance = -points[:, 2]
        ahead = self.focal / distance.clamp(min=0.05)
        # In -1..1 of align_corners=False the middles of pixels stand where they do in half-widths.
        grid = torch.stack([points[:, 0] * ahead, -points[:, 1] * ahead], 2).view(-1, self.side, self.side, 2)
        warped = F.grid_sample(everything[self.source], grid, padding_mode='border', align_corners=False)
        inner = 1 - 1 / self.side
        valid = ((grid.abs() <= inner).all(3) & (distance.view(-1, self.side, self.side) > 0.05))[:, None].float()
        hidden = distance.view_as(valid) > warped[:, 4:5].detach() + 0.025
        weight = (target[:, 3:4] * valid * (1 - hidden.float())).detach()
        error = photometric(warped[:, :3], target[:, :3])
        return [(e * w).sum() / (w.sum() + 1e-6) for e, w in zip(error.split(self.counts), weight.split(self.counts))]


class Form:
    def __init__(self, fused, upsampling, channels_last):
        memory = torch.channels_last if channels_last else torch.contiguous_format
        tensors = read_tensors(folder, task)
        part = lambda prefix: {k[len(prefix):]: v for k, v in tensors.items() if k.startswith(prefix)}
        self.batch = part('batch.')
        learned = {k: v.requires_grad_() for k, v in tensors.items() if k.startswith('refiner.')}
        self.synthesis = Synthesis(part('frozen.synthesis.'), fused, upsampling, memory)
        self.depth, self.yaw = depth_net(part('frozen.depth.'), memory), YawNet(part('frozen.yaw.'), memory)
        self.refiner = Refiner(learned, part('frozen.basis.'))
        image = self.batch['sourceImage']
        self.warps = Warps(image.shape[0], VIEWS, image.shape[3], tensors['frozen.focal'].item())
        undecayed = lambda k: 'gamma' in k or 'beta' in k or 'position' in k
        groups = {}
        for key, value in learned.items():
            groups.setdefault((3 if '.curve.' in key else 1, 0 if undecayed(key) else 1e-3), []).append(value)
        self.learned = list(learned.values())
        self.optimiser = torch.optim.AdamW([{'params': v, 'lr': RATE * scale, 'weight_decay': decay} for (scale, decay), v in groups.items()],
                                           lr=RATE, betas=(0.9, 0.99))

    def loss(self):
        b = self.batch
        w = b['source'].repeat_interleave(VIEWS, 0)
        refined = self.refiner(w, b['rotated'], b['yaw'], b['t'])
        held = self.synthesis(refined).clamp(-1, 1)
        pool = held.shape[3] // self.warps.side
        small = F.avg_pool2d(held, pool)
        with torch.no_grad():
            views = {'mask': flat_mask(small), 'depth': F.avg_pool2d(self.depth(held), pool)}
        views |= {'image': small, 'yaw': b['yaw']}
        sources = {'image': b['sourceImage'], 'mask': b['sourceMask'], 'depth': b['sourceDepth'], 'yaw': b['sourceYaw']}
        parts = dict(zip(('front', 'back', 'neighbours'), self.warps(views, sources)))
        change = self.refiner.whiten(refined[:, FIRST:LAST]) - self.refiner.whiten(b['rotated'][:, FIRST:LAST])
        parts['latent'] = change.square().mean()
        parts['pose'] = (self.yaw(held) - b['yaw']).abs().mean()
        return sum(WEIGHTS[k] * v for k, v in parts.items()), parts

    def step(self):
        start, used = time.perf_counter(), time.process_time()
        self.optimiser.zero_grad(set_to_none=True)
        loss, parts = self.loss()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.learned, 1)
        self.optimiser.step()
        numbers = {k: v.item() for k, v in {'loss': loss, 'gradientNorm': norm, **parts}.items()}
        return {'ms': (time.perf_counter() - start) * 1e3, 'cpu': (time.process_time() - used) * 1e3, **numbers}


# The first is fastest on an AVX-512 core (a first step 2.1 s of CPU time; 2.3, 2.4, and 3.2 for scaled kernels in grouped
# convolutions).
FORMS = {'scaled-phases-channels-last': (False, 'phases', True), 'scaled-phases': (False, 'phases', False),
         'scaled-transpose': (False, 'transpose', False), 'grouped': (True, 'transpose', False)}
if __name__ == '__main__':
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    forms = {f'{task}/{form}': Form(*FORMS[form]) for form in sys.argv[4:] or FORMS}
    print(json.dumps({'variants': list(forms), 'torch': torch.__version__}), flush=True)
    for line in sys.stdin:
        name = line.strip()
        if not name:
            break
        print(json.dumps(forms[name].step()), flush=True)
