export { registerImpostorExporter, TURNAROUND_impostor_exporter } from './TURNAROUND_impostor.pure.ts';
