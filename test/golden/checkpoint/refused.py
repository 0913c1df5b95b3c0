"""Checkpoints that are to be refused: each is a sound file but for one thing."""
import fractions
import io
import os
import pathlib
import pickle
import zipfile
from collections import OrderedDict

import numpy as np
import torch

import nvidia_modules as nvidia
import rosinality_weights as rosinality

SMALL = dict(z=4, w=4, resolution=8, channels=[4, 4])


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *args):
        self.function = function
        self.args = args

    def __reduce__(self):
        return self.function, self.args


def small_net(**options):
    mapping = dict(dict(num_layers=1), **options.pop('mapping', {}))
    return nvidia.generator(**SMALL, mapping=mapping, **options)


def small_state():
    return rosinality.state_dict(4, 1, [4, 4])


def strided_outside(tensor):
    """The longest axis strides by the whole storage."""
    strides = list(tensor.stride())
    strides[max(range(tensor.dim()), key=lambda axis: tensor.shape[axis])] = tensor.numel()
    return Call(torch._utils._rebuild_tensor_v2, tensor.storage(), 0, tuple(tensor.shape), tuple(strides), False,
                OrderedDict())


def os_system():
    return Call(os.system, 'echo pwned')


def storage_with_code():
    buffer = io.BytesIO()
    torch.save(os_system(), buffer, _use_new_zipfile_serialization=False)
    return Call(torch.storage._load_from_bytes, buffer.getvalue())


def tensorflow_networks():
    """(G, D, Gs) as the TensorFlow code pickles them."""

    class Network:
        def __init__(self, name):
            self.name = name

        def __getstate__(self):
            return dict(version=4, name=self.name, static_kwargs=dict(resolution=8), components={}, build_module_src='',
                        build_func_name='G_main', variables=[('lod', np.zeros([], np.float32))])

    for module in ['dnnlib.tflib', 'dnnlib.tflib.network']:
        nvidia._module(module)
    nvidia._place(nvidia.sys.modules['dnnlib.tflib.network'], Network, 'Network')
    return tuple(Network(name) for name in ['G', 'D', 'Gs'])


class SynthesisInput(nvidia.Persistent):
    def build(self, arrays):
        self.channels = 4
        self.size = np.array([36, 36]) if arrays else [36, 36]
        self.affine = nvidia.FullyConnectedLayer(4, 4)
        self.register_buffer('freqs', torch.randn(4, 2))


def stylegan3(arrays):
    """StyleGAN3's module names; its layers also hold NumPy arrays."""
    net = small_net()
    synthesis = nvidia.SynthesisNetwork(w_dim=4, img_resolution=8, channels=[])
    synthesis.input = SynthesisInput(arrays)
    synthesis.L0_36_4 = nvidia.SynthesisLayer(4, 4, 4, 36)
    synthesis.L1_8_3 = nvidia.ToRGBLayer(4, 3, 4)
    net.synthesis = synthesis
    return net


def nvidia_files():
    """(name, contents, protocol)"""
    yield 'conditional', nvidia.snapshot(small_net(c_dim=3)), 4
    for architecture in ['resnet', 'orig']:
        yield architecture, nvidia.snapshot(small_net(synthesis=dict(architecture=architecture))), 4
    yield 'filter', nvidia.snapshot(small_net(synthesis=dict(filter_taps=(1, 2, 1)))), 4
    yield 'activation', nvidia.snapshot(small_net(mapping=dict(activation='relu'))), 4
    yield 'stylegan3', nvidia.snapshot(stylegan3(arrays=True)), 4
    yield 'stylegan3-without-arrays', nvidia.snapshot(stylegan3(arrays=False)), 4
    yield 'tensorflow', tensorflow_networks(), 4
    yield 'unknown-global', dict(nvidia.snapshot(small_net()), training_set_kwargs=dict(path=pathlib.PurePosixPath('a'))), 4
    yield 'os-system', dict(nvidia.snapshot(small_net()), augment_pipe=os_system()), 4
    yield 'os-system-protocol2', dict(nvidia.snapshot(small_net()), augment_pipe=os_system()), 2
    yield 'os-system-in-storage', dict(nvidia.snapshot(small_net()), augment_pipe=storage_with_code()), 3
    yield 'no-ema', dict(G=small_net(), D=None), 4

    net = small_net()
    del net.synthesis.b8.conv0._parameters['bias']
    yield 'missing-weight', nvidia.snapshot(net), 4
    net = small_net()
    net.synthesis.b4.const = nvidia.parameter(torch.randn(4, 8, 8))
    yield 'shape', nvidia.snapshot(net), 4
    net = small_net()
    net.synthesis.b8.torgb.weight_gain = np.float64(1)
    yield 'gain', nvidia.snapshot(net), 4
    net = small_net(synthesis=dict(conv_clamp=256))
    net.synthesis.b8.torgb.conv_clamp = None
    yield 'mixed-clamp', nvidia.snapshot(net), 4
    net = small_net()
    net.mapping.fc0.weight[1, 2] = float('nan')
    yield 'not-a-number', nvidia.snapshot(net), 4
    net = small_net()
    net.synthesis.b8.conv1._parameters['weight'] = strided_outside(net.synthesis.b8.conv1.weight)
    yield 'strides', nvidia.snapshot(net), 4


def rosinality_files():
    """(name, contents, legacy)"""
    latent = torch.randn(4)

    def changed(change):
        state = small_state()
        change(state)
        return dict(g_ema=state, latent_avg=latent)

    for legacy in [False, True]:
        suffix = '-legacy' if legacy else ''
        yield f'os-system{suffix}', dict(changed(lambda state: None), args=os_system()), legacy
        yield f'unknown-global{suffix}', dict(changed(lambda state: None), step=fractions.Fraction(1, 3)), legacy

        def strides(state):
            state['convs.0.conv.weight'] = strided_outside(state['convs.0.conv.weight'])

        yield f'strides{suffix}', changed(strides), legacy

    aliased = rosinality.state_dict(48, 30, [4, 4])
    for i in range(2, 31):
        aliased[f'style.{i}.weight'] = aliased['style.1.weight']
    yield 'aliased', dict(g_ema=aliased), False
    yield 'missing-weight', changed(lambda state: state.pop('convs.1.conv.modulation.bias')), False
    yield 'missing-noise', changed(lambda state: state.pop('noises.noise_1')), False
    yield 'shape', changed(lambda state: state.update({'input.input': torch.randn(1, 4, 8, 8)})), False
    yield 'filter', changed(lambda state: state.update({'convs.0.conv.blur.kernel': torch.full([4, 4], 0.25)})), False
    yield 'integers', changed(lambda state: state.update({'conv1.activate.bias': torch.zeros(4, dtype=torch.int64)})), False
    yield 'other-keys', dict(GAN=small_state(), version='1.8.1'), False


def write_all(folder):
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(5)
    for name, contents, protocol in nvidia_files():
        with open(os.path.join(folder, f'{name}.pkl'), 'wb') as file:
            pickle.dump(contents, file, protocol=protocol)
    for name, contents, legacy in rosinality_files():
        torch.save(contents, os.path.join(folder, f'{name}.pt'), _use_new_zipfile_serialization=not legacy)
    deflate(folder)


def deflate(folder):
    """A PyTorch zip that went through a zip tool."""
    sound = io.BytesIO()
    torch.save(dict(g_ema=small_state()), sound)
    date = (1980, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(os.path.join(folder, 'deflated.pt'), 'w') as target:
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, date)
            target.writestr(info, source.read(entry), zipfile.ZIP_DEFLATED)
