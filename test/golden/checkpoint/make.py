#!/usr/bin/python3
"""Writes this folder's checkpoints with PyTorch 1.13 (Debian's python3-torch), and what they should read as.

    make.py                  writes <name>.pkl, <name>.pt, expected/<name>/ and refused/
    make.py --large PATH     writes an NVIDIA pickle of a 512² network with FFHQ's widths, random weights, about 360 MB

expected/<name>/ holds `checkpoint.json` (a summary, and each weight's shape and the SHA-256 of its float32 values, under NVIDIA's
names), and z, w, ws, image as raw little-endian float32 with their shapes in `shapes.json`: noise constant, w untruncated,
ws different in each layer, computed in float64 by `reference.py`. A new run gives the same values, not the same bytes: PyTorch's
older form names storages by their addresses.
"""
import argparse
import hashlib
import json
import os
import pickle
from collections import OrderedDict

import numpy as np
import torch

import nvidia_modules as nvidia
import reference
import refused
import rosinality_weights as rosinality

HERE = os.path.dirname(os.path.abspath(__file__))
SUBJECTS = 2


def write_pickle(path, value, protocol):
    with open(path, 'wb') as file:
        pickle.dump(value, file, protocol=protocol)


def write_floats(folder, arrays):
    shapes = {}
    for name, array in arrays.items():
        array = np.ascontiguousarray(array.detach().numpy(), dtype='<f4')
        array.tofile(os.path.join(folder, f'{name}.f32'))
        shapes[name] = list(array.shape)
    with open(os.path.join(folder, 'shapes.json'), 'w') as file:
        json.dump(shapes, file)


def write_expected(name, weights, summary, parameters):
    """`weights` under NVIDIA's names; those of float16, bfloat16 and float64 are read as float32."""
    folder = os.path.join(HERE, 'expected', name)
    os.makedirs(folder, exist_ok=True)
    weights = {key: value.detach().float() for key, value in weights.items()}
    hashes = {}
    for key, value in weights.items():
        values = np.ascontiguousarray(value.numpy(), dtype='<f4')
        hashes[key] = dict(shape=list(value.shape), sha256=hashlib.sha256(values.tobytes()).hexdigest())
    summary = dict(summary, parameters=parameters)
    with open(os.path.join(folder, 'checkpoint.json'), 'w') as file:
        json.dump(dict(summary=summary, weights=hashes), file, indent=0)
        file.write('\n')
    seed = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
    random = np.random.RandomState(seed)
    subjects = SUBJECTS if summary['resolution'] < 64 else 1
    z = torch.from_numpy(random.randn(subjects, summary['zDim'])).float()
    w = reference.mapping(weights, z, summary['mappingLearningRate'])
    ws = (w[:, None] + torch.from_numpy(random.randn(subjects, summary['layers'], summary['wDim'])) * 0.5).float()
    image = reference.synthesis(weights, ws, summary['resolution'], summary['convClamp'])
    write_floats(folder, dict(z=z, w=w, ws=ws, image=image))


def summarise(kind, resolution, z, w, mapping_layers, channels, average, clamp=None, noise=True, lr=0.01):
    return dict(format=kind, resolution=resolution, zDim=z, wDim=w, mappingLayers=mapping_layers,
                mappingLearningRate=lr, layers=2 * len(channels), channels=list(channels), wAverage=average, convClamp=clamp, noise=noise)


def tensors_of(net):
    """Weights of a module tree by dotted name, without the filters."""
    found = {**dict(net.named_parameters()), **dict(net.named_buffers())}
    return {name: tensor for name, tensor in found.items() if not name.endswith('resample_filter')}


def write_nvidia(name, protocol, z, w, resolution, channels, mapping, synthesis={}, convert=None, full=False):
    torch.manual_seed(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    make = lambda: nvidia.generator(z, w, resolution, channels, mapping=mapping, synthesis=synthesis)
    ema = make()
    if convert:
        convert(ema)
    g = make() if full else None
    d = nvidia.Discriminator(channels[::-1]) if full else None
    write_pickle(os.path.join(HERE, f'{name}.pkl'), nvidia.snapshot(ema, g, d), protocol)
    weights = tensors_of(ema)
    summary = summarise('nvidia', resolution, z, w, mapping['num_layers'], channels, 'mapping.w_avg' in weights,
                        synthesis.get('conv_clamp'), synthesis.get('use_noise', True),
                        mapping.get('lr_multiplier', 0.01))
    write_expected(name, weights, summary, sum(p.numel() for p in ema.parameters()))


def write_rosinality(name, w, mapping_layers, channels, average=True, legacy=False, training=False, flat=False,
                     batched=False, **options):
    torch.manual_seed(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    state = rosinality.state_dict(w, mapping_layers, channels, **options)
    latent = torch.randn(w) * 0.3 if average else None
    contents = dict(g_ema=rosinality.flatten(state) if flat else state)
    if average:
        contents['latent_avg'] = latent[None] if batched else latent
    if training:
        contents = training_state(contents)
    torch.save(contents, os.path.join(HERE, f'{name}.pt'), _use_new_zipfile_serialization=not legacy)
    noise = options.get('noises', True)
    weights = rosinality.to_nvidia_names(state, latent)
    summary = summarise('rosinality', rosinality.resolution(state), w, w, mapping_layers, channels, average, noise=noise)
    if not noise:
        weights = {key: value for key, value in weights.items() if not key.endswith('noise_strength')}
    buffers = ('noise_const', 'w_avg')
    write_expected(name, weights, summary, sum(v.numel() for k, v in weights.items() if not k.endswith(buffers)))


def training_state(contents):
    """What rosinality's train.py adds: the other networks, optimisers, command line."""
    layer = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(layer.parameters())
    with torch.enable_grad():
        layer(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    other = OrderedDict(layer.state_dict())
    args = argparse.Namespace(path='faces', iter=800000, size=16, lr=0.002, ckpt=None, wandb=False, mixing=0.9)
    return dict(g=other, d=other, **contents, g_optim=optimiser.state_dict(), d_optim=optimiser.state_dict(), args=args,
                ada_aug_p=0.0)


def halve(net):
    """Mixed element types, channels-last strides kept."""
    net.half()
    net.mapping.double()
    net.synthesis.b4.bfloat16()


def write_all():
    write_nvidia('nvidia-16', 4, 10, 12, 16, [12, 8, 16], dict(num_layers=2), full=True)
    write_nvidia('nvidia-32-clamped', 3, 16, 16, 32, [16, 12, 12, 8], dict(num_layers=8),
                 dict(num_fp16_res=2, conv_clamp=1.5))
    write_nvidia('nvidia-64-protocol2', 2, 8, 12, 64, [16, 12, 8, 8, 6],
                 dict(num_layers=3, layer_features=14, lr_multiplier=0.02))
    write_nvidia('nvidia-16-half', 4, 8, 8, 16, [8, 12, 8], dict(num_layers=2, w_avg_beta=None),
                 dict(num_fp16_res=2, conv_clamp=256, use_noise=False), convert=halve)
    write_rosinality('rosinality-32', 12, 8, [8, 16, 12, 8])
    write_rosinality('rosinality-16-training', 8, 2, [12, 8, 8], average=False, legacy=True, training=True)
    write_rosinality('rosinality-64-flat', 8, 2, [12, 8, 8, 8, 6], kernels=False, flat=True)
    write_rosinality('rosinality-16-no-noises', 8, 2, [8, 8, 8], noises=False, batched=True)
    refused.write_all(os.path.join(HERE, 'refused'))


def write_large(path):
    torch.manual_seed(0)
    channels = [512, 512, 512, 512, 512, 256, 128, 64]
    options = dict(synthesis=dict(num_fp16_res=4, conv_clamp=256), mapping=dict(num_layers=8))
    make = lambda: nvidia.generator(512, 512, 512, channels, **options)
    down = channels[::-1] + [512]
    d = nvidia.Discriminator([c for pair in zip(down, down) for c in pair])
    write_pickle(path, nvidia.snapshot(make(), make(), d), 4)
    print(f'{path}: {os.path.getsize(path) / 1e6:.0f} MB')


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--large', metavar='PATH')
    options = parser.parse_args()
    with torch.no_grad():
        write_large(options.large) if options.large else write_all()
