"""Modules that pickle as those of NVIDIA's stylegan2-ada-pytorch do: the same module tree, tensor and attribute names,
behind a reduce that names `torch_utils.persistence._reconstruct_persistent_obj`. They have no forward pass; `reference.py`
holds one that starts from the weights."""
import sys
import types

import numpy as np
import torch

MODULE_SRC = '# Stands for NVIDIA\'s source code.\nraise SystemExit("module_src was run")\n'


def _module(name):
    module = types.ModuleType(name)
    sys.modules[name] = module
    parent, _, child = name.rpartition('.')
    if parent:
        setattr(sys.modules[parent], child, module)
    return module


def _place(module, thing, name):
    """Makes pickle refer to `thing` as `module.name`."""
    thing.__module__ = module.__name__
    thing.__qualname__ = thing.__name__ = name
    setattr(module, name, thing)
    return thing


for _name in ['dnnlib', 'torch_utils']:
    _module(_name)


class EasyDict(dict):
    pass


def _reconstruct(meta):
    raise SystemExit('these files are written only')


_place(_module('dnnlib.util'), EasyDict, 'EasyDict')
_place(_module('torch_utils.persistence'), _reconstruct, '_reconstruct_persistent_obj')


class Persistent(torch.nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.build(*args, **kwargs)
        self._init_args = args
        self._init_kwargs = EasyDict(kwargs)

    def __reduce__(self):
        meta = dict(type='class', version=6, module_src=MODULE_SRC, class_name=type(self).__name__, state=self.__dict__)
        return _reconstruct, (meta,), None


def easy(value):
    return EasyDict({k: easy(v) for k, v in value.items()}) if isinstance(value, dict) else value


def parameter(tensor):
    return torch.nn.Parameter(tensor, requires_grad=False)


def resample_filter(taps):
    taps = torch.tensor(taps, dtype=torch.float32)
    outer = taps.ger(taps)
    return outer / outer.sum()


class FullyConnectedLayer(Persistent):
    def build(self, in_features, out_features, activation='linear', lr_multiplier=1, bias_init=0):
        self.activation = activation
        self.weight = parameter(torch.randn([out_features, in_features]) / lr_multiplier)
        self.bias = parameter(bias_init + torch.randn([out_features]) * (0.1 / lr_multiplier))
        self.weight_gain = lr_multiplier / np.sqrt(in_features)
        self.bias_gain = lr_multiplier


class MappingNetwork(Persistent):
    def build(self, z_dim, c_dim, w_dim, num_ws, num_layers=8, layer_features=None, activation='lrelu',
              lr_multiplier=0.01, w_avg_beta=0.995):
        self.z_dim = z_dim
        self.c_dim = c_dim
        self.w_dim = w_dim
        self.num_ws = num_ws
        self.num_layers = num_layers
        self.w_avg_beta = w_avg_beta
        features = [z_dim + (w_dim if c_dim else 0)] + [layer_features or w_dim] * (num_layers - 1) + [w_dim]
        if c_dim:
            self.embed = FullyConnectedLayer(c_dim, w_dim)
        for i in range(num_layers):
            layer = FullyConnectedLayer(features[i], features[i + 1], activation=activation, lr_multiplier=lr_multiplier)
            setattr(self, f'fc{i}', layer)
        if w_avg_beta is not None:
            self.register_buffer('w_avg', torch.randn([w_dim]) * 0.3)


class SynthesisLayer(Persistent):
    def build(self, in_channels, out_channels, w_dim, resolution, up=1, use_noise=True, activation='lrelu',
              filter_taps=(1, 3, 3, 1), conv_clamp=None, channels_last=False):
        self.resolution = resolution
        self.up = up
        self.use_noise = use_noise
        self.activation = activation
        self.conv_clamp = conv_clamp
        self.register_buffer('resample_filter', resample_filter(filter_taps))
        self.padding = 1
        self.act_gain = np.sqrt(2)
        self.affine = FullyConnectedLayer(w_dim, in_channels, bias_init=1)
        self.weight = parameter(conv_weight(out_channels, in_channels, 3, channels_last))
        if use_noise:
            self.register_buffer('noise_const', torch.randn([resolution, resolution]))
            self.noise_strength = parameter(torch.rand([]) * 0.5)
        self.bias = parameter(torch.randn([out_channels]) * 0.2)


class ToRGBLayer(Persistent):
    def build(self, in_channels, out_channels, w_dim, conv_clamp=None, channels_last=False):
        self.conv_clamp = conv_clamp
        self.affine = FullyConnectedLayer(w_dim, in_channels, bias_init=1)
        self.weight = parameter(conv_weight(out_channels, in_channels, 1, channels_last))
        self.bias = parameter(torch.randn([out_channels]) * 0.2)
        self.weight_gain = 1 / np.sqrt(in_channels)


class SkipConv(Persistent):
    """The residual architecture's 1×1 convolution; NVIDIA's class is called Conv2dLayer."""

    def build(self, in_channels, out_channels):
        self.activation = 'linear'
        self.weight = parameter(conv_weight(out_channels, in_channels, 1, False))
        self.bias = None


class SynthesisBlock(Persistent):
    def build(self, in_channels, out_channels, w_dim, resolution, is_last, architecture='skip', use_fp16=False,
              filter_taps=(1, 3, 3, 1), conv_clamp=None, use_noise=True):
        self.in_channels = in_channels
        self.w_dim = w_dim
        self.resolution = resolution
        self.img_channels = 3
        self.is_last = is_last
        self.architecture = architecture
        self.use_fp16 = use_fp16
        self.channels_last = use_fp16
        self.register_buffer('resample_filter', resample_filter(filter_taps))
        self.num_conv = 2 if in_channels else 1
        self.num_torgb = 1 if is_last or architecture == 'skip' else 0
        shared = dict(w_dim=w_dim, conv_clamp=conv_clamp, channels_last=self.channels_last)
        layer = dict(shared, resolution=resolution, use_noise=use_noise)
        if in_channels == 0:
            self.const = parameter(torch.randn([out_channels, resolution, resolution]))
        else:
            self.conv0 = SynthesisLayer(in_channels, out_channels, up=2, filter_taps=filter_taps, **layer)
        self.conv1 = SynthesisLayer(out_channels, out_channels, **layer)
        if self.num_torgb:
            self.torgb = ToRGBLayer(out_channels, 3, **shared)
        if in_channels and architecture == 'resnet':
            self.skip = SkipConv(in_channels, out_channels)


class SynthesisNetwork(Persistent):
    def build(self, w_dim, img_resolution, channels, num_fp16_res=0, **block_kwargs):
        self.w_dim = w_dim
        self.img_resolution = img_resolution
        self.img_channels = 3
        self.block_resolutions = [2 ** i for i in range(2, int(np.log2(img_resolution)) + 1)]
        fp16_resolution = max(2 ** (int(np.log2(img_resolution)) + 1 - num_fp16_res), 8)
        self.num_ws = 2 * len(self.block_resolutions)
        inputs = 0
        for res, outputs in zip(self.block_resolutions, channels):
            block = SynthesisBlock(inputs, outputs, w_dim=w_dim, resolution=res, is_last=res == img_resolution,
                                   use_fp16=res >= fp16_resolution, **block_kwargs)
            setattr(self, f'b{res}', block)
            inputs = outputs


class Generator(Persistent):
    def build(self, z_dim, c_dim, w_dim, img_resolution, mapping_kwargs={}, synthesis_kwargs={}):
        self.z_dim = z_dim
        self.c_dim = c_dim
        self.w_dim = w_dim
        self.img_resolution = img_resolution
        self.img_channels = 3
        self.synthesis = SynthesisNetwork(w_dim=w_dim, img_resolution=img_resolution, **synthesis_kwargs)
        self.num_ws = self.synthesis.num_ws
        self.mapping = MappingNetwork(z_dim=z_dim, c_dim=c_dim, w_dim=w_dim, num_ws=self.num_ws, **mapping_kwargs)


class Discriminator(Persistent):
    """Stands for what a file holds besides G_ema."""

    def build(self, channels):
        self.c_dim = 0
        for i, (inputs, outputs) in enumerate(zip(channels[:-1], channels[1:])):
            self.register_parameter(f'weight{i}', parameter(conv_weight(outputs, inputs, 3, False)))


def conv_weight(outputs, inputs, size, channels_last):
    memory_format = torch.channels_last if channels_last else torch.contiguous_format
    return torch.randn([outputs, inputs, size, size]).to(memory_format=memory_format)


def generator(z, w, resolution, channels, c_dim=0, mapping={}, synthesis={}):
    return Generator(z, c_dim, w, resolution, mapping_kwargs=easy(mapping),
                     synthesis_kwargs=easy(dict(synthesis, channels=channels)))


def snapshot(ema, g=None, d=None):
    """What NVIDIA's training loop writes."""
    options = easy(dict(class_name='training.dataset.ImageFolderDataset', path='faces.zip', use_labels=False, max_size=7,
                        resolution=ema.img_resolution if ema is not None else 8, opts=dict(seed=0, shuffle=None)))
    return dict(training_set_kwargs=options, G=g, D=d, G_ema=ema, augment_pipe=None)
