import type { ServiceClient } from '../service/client.ts';
import type { Job } from '../service/types.ts';
import { download } from './download.ts';
import { type JobActions, titleOf } from './job-row.ts';
import type { SheetDialog } from './sheet-dialog.ts';

/** What can be done with what jobs have made. @param show puts a character on the stage */
export function finishedJobs(
  client: () => ServiceClient | null,
  dialog: SheetDialog,
  failed: (error: unknown) => void,
  show: (file: File, job: Job) => void,
): Omit<JobActions, 'remove'> {
  const guarded = (work: (service: ServiceClient) => Promise<void>): void => {
    const service = client();
    if (service) work(service).catch(failed);
  };
  const nameOf = ({ request }: Job, file: string): string =>
    request.model ? `${request.model}-${file}` : file;
  return {
    show: (job, id) =>
      guarded(async (service) => {
        const { file } = job.assets.find((asset) => asset.id === id)!;
        show(new File([await service.asset(id)], nameOf(job, file)), job);
      }),
    download: (job) =>
      guarded(async (service) => {
        for (const { id, file } of job.assets) download(await service.asset(id), nameOf(job, file));
      }),
    sheet: (job) =>
      guarded(async (service) => {
        const title = titleOf(job);
        dialog.show(
          await service.contactSheet(job.id),
          'contact-sheet.png',
          title,
          `Contact sheet: ${title}`,
        );
      }),
  };
}
