import { EventParser, type ServerEvent } from './event-parser.ts';
import { ServiceError } from './service-error.ts';
import type { GenerateRequest, Job, Model, ModelDetails, PreviewRequest } from './types.ts';

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

/** The generator's HTTP service, as the panel uses it. Methods throw ServiceError, and AbortError where a signal fires. */
export class ServiceClient {
  /** Without a slash at its end. */
  readonly address: string;
  private readonly token: string | null;

  constructor(address: string, token: string | null) {
    this.address = address.replace(/\/+$/, '');
    this.token = token;
  }

  async models(): Promise<Model[]> {
    return (await this.json<{ models: Model[] }>('/v1/models')).models;
  }

  model(name: string): Promise<ModelDetails> {
    return this.json(`/v1/models/${encodeURIComponent(name)}`);
  }

  /** Draws a character that nobody keeps. */
  async preview(request: PreviewRequest, signal: AbortSignal): Promise<File> {
    const { model, seed } = request;
    const response = await this.ask('/v1/previews', { method: 'POST', json: request, signal });
    return new File([await response.blob()], `${model}-${seed}.glb`);
  }

  /** Newest first. */
  async jobs(): Promise<Job[]> {
    return (await this.json<{ jobs: Job[] }>('/v1/jobs?limit=50')).jobs;
  }

  generate(request: GenerateRequest): Promise<Job> {
    return this.json('/v1/jobs', { method: 'POST', json: request });
  }

  /** Stops a job that waits or runs, and removes it with all that it made. */
  async remove(job: string): Promise<void> {
    await this.ask(`/v1/jobs/${job}`, { method: 'DELETE' });
  }

  async asset(id: string): Promise<Blob> {
    return (await this.ask(`/v1/assets/${id}.glb`)).blob();
  }

  async contactSheet(job: string): Promise<Blob> {
    return (await this.ask(`/v1/jobs/${job}/contact-sheet.png`)).blob();
  }

  /** Tells what happens to a job until it ends, the connection breaks or the signal fires. */
  async follow(job: string, told: (event: ServerEvent) => void, signal: AbortSignal): Promise<void> {
    const response = await this.ask(`/v1/jobs/${job}/events`, { signal });
    if (!response.body) return;
    const parser = new EventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(value)) told(event);
    }
  }

  private async json<T>(path: string, asked: Asked = {}): Promise<T> {
    const response = await this.ask(path, asked);
    if (!/json/.test(response.headers.get('content-type') ?? ''))
      throw new ServiceError('other', `${this.address} answers, but is no Turnaround service.`);
    return (await response.json()) as T;
  }

  private async ask(path: string, { method = 'GET', json, signal }: Asked = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.address + path, {
        method,
        headers: {
          ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ServiceError('unreachable', `No service answers at ${this.address}.`);
    }
    if (response.ok) return response;
    throw await refusal(response, this.address);
  }
}

/** What a problem document says. */
async function refusal(response: Response, address: string): Promise<ServiceError> {
  if (!/problem\+json/.test(response.headers.get('content-type') ?? ''))
    return new ServiceError('other', `${address} answers, but is no Turnaround service.`);
  const problem = (await response.json()) as { detail: string; errors?: { path: string; message: string }[] };
  if (response.status === 401) return new ServiceError('unauthorized', problem.detail);
  const fields = problem.errors?.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new ServiceError('refused', fields ? `${problem.detail}: ${fields}` : problem.detail);
}
