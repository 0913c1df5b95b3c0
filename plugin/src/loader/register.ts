/** Importing this makes Babylon's own loading functions read characters. */
import { registerImpostorLoader } from './load-impostor.ts';

registerImpostorLoader();
