import { element } from '@turnaround/plugin/viewer';
import { section } from './controls.ts';

/** Where a service is, and what it wants to hear. */
export interface ServiceAddress {
  readonly address: string;
  readonly token: string | null;
}

const KEY = 'turnaround:token:';

/** The token for an address, kept until the tab is closed. Storage may be denied. */
export function keptToken(address: string): string | null {
  try {
    return sessionStorage.getItem(KEY + address);
  } catch {
    return null;
  }
}

function keepToken(address: string, token: string): void {
  try {
    sessionStorage.setItem(KEY + address, token);
  } catch {
    // It is asked for again after a reload.
  }
}

/** What starts a service that a page from here may ask. */
export function startCommand(address: string): string {
  const foreign = new URL(address).origin !== location.origin;
  return `npx turnaround serve${foreign ? ` --cors ${location.origin}` : ''}`;
}

/** Asks where the service is, and for its token. */
export class ConnectionForm {
  readonly root: HTMLElement;
  private readonly address = element('input', { id: 'address' });
  private readonly token = element('input', { id: 'token' });
  private readonly tokenRow: HTMLElement;
  private readonly why = element('p', { className: 'note' });

  /** @param fixed whether the address is the page's own @param connect told what was entered */
  constructor(address: string, fixed: boolean, connect: (to: ServiceAddress) => void) {
    Object.assign(this.address, { type: 'url', required: true, value: address });
    Object.assign(this.token, { type: 'password', autocomplete: 'off' });
    const row = (name: string, input: HTMLInputElement): HTMLElement => {
      const label = element('label', {}, name);
      label.htmlFor = input.id;
      return element('div', { className: 'field wide' }, label, input);
    };
    this.tokenRow = row('Token', this.token);
    const addressRow = row('Address', this.address);
    addressRow.hidden = fixed;
    const submit = element('button', { className: 'primary' }, 'Connect');
    submit.type = 'submit';
    const form = element('form', {}, addressRow, this.tokenRow, submit);
    this.why.role = 'status';
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const to = this.address.value.replace(/\/+$/, '');
      if (this.token.value) keepToken(to, this.token.value);
      this.token.value = '';
      connect({ address: to, token: keptToken(to) });
    });
    this.root = section('service', 'Service', this.why, form);
    this.root.hidden = true;
  }

  /** @param token whether one is wanted */
  ask(why: string, token: boolean): void {
    this.why.textContent = why;
    this.tokenRow.hidden = !token;
    this.root.hidden = false;
    if (token) this.token.focus();
  }

  hide(): void {
    this.root.hidden = true;
  }
}
