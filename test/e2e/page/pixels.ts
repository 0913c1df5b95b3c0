export const bytes = (view: ArrayBufferView) =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();

/** `readPixels` gives rows from the bottom on WebGL, from the top on WebGPU. */
export function fromTop(
  pixels: Uint8Array,
  { width, height }: { width: number; height: number },
  bottomUp: boolean,
): Uint8Array {
  if (!bottomUp) return pixels;
  const turned = new Uint8Array(pixels.length);
  const row = width * 4;
  for (let y = 0; y < height; y++)
    turned.set(pixels.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
  return turned;
}

export function base64(data: Uint8Array): string {
  let text = '';
  for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192));
  return btoa(text);
}
