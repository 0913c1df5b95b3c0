import { mountPanel } from '../panel/mount.ts';
import './page.css';

const main = document.querySelector('main') ?? document.body;
mountPanel(main, { service: location.origin, fixedService: true });
