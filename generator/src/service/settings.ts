/** Everything about a service that a person can choose. */
export interface ServiceSettings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Root of model folders. */
  readonly models: string;
  /** Root of image sets, each a folder of pictures of one subject. */
  readonly images: string;
  /** Folder for jobs and what they make. */
  readonly data: string;
  /** What clients must know; null: nothing, which is for loopback only. */
  readonly token: string | null;
  /** Origins whose pages may read answers. */
  readonly cors: readonly string[];
  readonly keepDays: number;
  readonly keepBytes: number;
  /** Of a JSON body, and of a checkpoint. */
  readonly maxBodyBytes: number;
  readonly maxUploadBytes: number;
  /** Jobs that wait. */
  readonly maxQueue: number;
  /** Event streams that are open at once. */
  readonly maxStreams: number;
  /** Requests a minute from one address. */
  readonly requestsPerMinute: number;
  /** Between signs of life on event streams, ms. */
  readonly heartbeat: number;
  /** Folder of the built panel, served at `/`; null: none. */
  readonly panel: string | null;
}

type Defaults = Omit<ServiceSettings, 'token' | 'cors' | 'panel'>;

/** A thousand seeds are 11 KB of JSON; NVIDIA's largest pickle is 382 MB. */
export const SERVICE_DEFAULTS: Defaults = {
  host: '127.0.0.1',
  port: 8787,
  models: 'models',
  images: 'images',
  data: 'turnaround-data',
  keepDays: 30,
  keepBytes: 20 * 2 ** 30,
  maxBodyBytes: 64 * 2 ** 10,
  maxUploadBytes: 2 ** 30,
  maxQueue: 100,
  maxStreams: 1000,
  requestsPerMinute: 1200,
  heartbeat: 15_000,
};

/** A service that must not start as it was told. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'settings';
}

/** Shortest token: 16 characters of base 64 are 96 bits, beyond guessing at any rate that is let through. */
const LEAST_TOKEN = 16;

/** Whether only this machine can reach a host. Other names may resolve to anything. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** @throws SettingsError where others could reach the service without a token, or an origin is none */
export function checkSettings({ host, token, cors }: Pick<ServiceSettings, 'host' | 'token' | 'cors'>): void {
  if (token === null && !isLoopback(host))
    throw new SettingsError(
      `serve: expected a token (TURNAROUND_TOKEN or --token), because --host ${host} can be reached from other machines, got none`,
    );
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    throw new SettingsError(
      'serve: expected a token of printable ASCII without spaces, got other characters',
    );
  if (token !== null && token.length < LEAST_TOKEN)
    throw new SettingsError(
      `serve: expected a token of at least ${LEAST_TOKEN} characters, got ${token.length}`,
    );
  for (const origin of cors)
    if (!isOrigin(origin))
      throw new SettingsError(
        `serve: expected an origin such as https://example.org for --cors, got ${origin}`,
      );
}

function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return origin === text && (protocol === 'http:' || protocol === 'https:');
  } catch {
    return false;
  }
}
