"""State dicts with the names of rosinality's stylegan2-pytorch."""
import math
from collections import OrderedDict

import torch


def kernel():
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    outer = taps.ger(taps)
    return outer / outer.sum() * 4


def state_dict(w, mapping_layers, channels, kernels=True, noises=True):
    state = OrderedDict()
    for i in range(mapping_layers):
        state[f'style.{i + 1}.weight'] = torch.randn(w, w) * 100
        state[f'style.{i + 1}.bias'] = torch.randn(w) * 10
    state['input.input'] = torch.randn(1, channels[0], 4, 4)

    def modulated(stem, inputs, outputs, size):
        state[f'{stem}.conv.weight'] = torch.randn(1, outputs, inputs, size, size)
        state[f'{stem}.conv.modulation.weight'] = torch.randn(inputs, w)
        state[f'{stem}.conv.modulation.bias'] = 1 + torch.randn(inputs) * 0.1

    def styled(stem, inputs, outputs, up=False):
        modulated(stem, inputs, outputs, 3)
        if up and kernels:
            state[f'{stem}.conv.blur.kernel'] = kernel()
        state[f'{stem}.noise.weight'] = torch.rand(1) * 0.5
        state[f'{stem}.activate.bias'] = torch.randn(outputs) * 0.2

    def to_rgb(stem, inputs, up):
        state[f'{stem}.bias'] = torch.randn(1, 3, 1, 1) * 0.2
        if up and kernels:
            state[f'{stem}.upsample.kernel'] = kernel()
        modulated(stem, inputs, 3, 1)

    styled('conv1', channels[0], channels[0])
    to_rgb('to_rgb1', channels[0], False)
    for k, (inputs, outputs) in enumerate(zip(channels[:-1], channels[1:])):
        styled(f'convs.{2 * k}', inputs, outputs, up=True)
        styled(f'convs.{2 * k + 1}', outputs, outputs)
        to_rgb(f'to_rgbs.{k}', outputs, True)
    if noises:
        for i in range(2 * len(channels) - 1):
            size = 2 ** ((i + 5) // 2)
            state[f'noises.noise_{i}'] = torch.randn(1, 1, size, size)
    return state


def to_nvidia_names(state, latent_avg):
    """The same weights under NVIDIA's names and in its shapes (design/stylegan2.md has the table)."""
    named = {}
    if latent_avg is not None:
        named['mapping.w_avg'] = latent_avg.reshape(-1)
    suffixes = {
        'conv.weight': 'weight', 'conv.modulation.weight': 'affine.weight', 'conv.modulation.bias': 'affine.bias',
        'activate.bias': 'bias', 'bias': 'bias', 'noise.weight': 'noise_strength',
    }
    for name, tensor in state.items():
        first, _, rest = name.partition('.')
        if name.endswith('.kernel'):
            continue
        if first == 'style':
            index, _, kind = rest.partition('.')
            named[f'mapping.fc{int(index) - 1}.{kind}'] = tensor
            continue
        if first == 'input':
            named['synthesis.b4.const'] = tensor[0]
            continue
        if first == 'noises':
            index = int(rest.rpartition('_')[2])
            size = tensor.shape[-1]
            named[f'synthesis.b{size}.conv{1 - index % 2}.noise_const'] = tensor[0, 0]
            continue
        size, layer = 4, {'conv1': 'conv1', 'to_rgb1': 'torgb'}.get(first)
        if layer is None:
            index, _, rest = rest.partition('.')
            index = int(index)
            size = 2 ** (3 + (index // 2 if first == 'convs' else index))
            layer = f'conv{index % 2}' if first == 'convs' else 'torgb'
        kind = suffixes[rest]
        value = tensor[0] if kind == 'weight' else tensor.reshape([]) if kind == 'noise_strength' else tensor
        named[f'synthesis.b{size}.{layer}.{kind}'] = value.reshape(-1) if kind == 'bias' else value
    return named


def resolution(state):
    return 4 * 2 ** len([name for name in state if name.startswith('to_rgbs.') and name.endswith('.conv.weight')])


def flatten(state):
    """The same tensors as views of one storage, each at its own offset."""
    flat = torch.cat([tensor.reshape(-1) for tensor in state.values()])
    views, offset = OrderedDict(), 0
    for name, tensor in state.items():
        views[name] = flat[offset:offset + tensor.numel()].view(tensor.shape)
        offset += tensor.numel()
    assert offset == flat.numel() and math.prod(flat.shape) == offset
    return views
