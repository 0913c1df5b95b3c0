import { mountPanel } from '../panel/mount.ts';
import './page.css';

mountPanel(document.body, { service: location.origin, fixedService: true });
