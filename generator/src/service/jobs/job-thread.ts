import { answerTasks } from '../../platform/answer-tasks.ts';
import type { JobOutcome, JobTask } from './job-runner.ts';
import { runTask } from './run-task.ts';

/** The thread that one job runs in. */
answerTasks<JobTask, JobOutcome>(async (platform, task) => ({ outcome: await runTask(platform, task) }));
