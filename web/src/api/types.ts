import type { components } from './schema'

type Schemas = components['schemas']

export type Agent = Schemas['Agent']
export type Config = Schemas['Config']
export type Field = Schemas['Field']
export type JobList = Schemas['JobList']
export type Outlook = Schemas['Outlook']
export type Priority = Schemas['Priority']
export type Queues = Schemas['Queues']
export type Session = Schemas['Session']
export type SizeRule = Schemas['SizeRule']
export type Status = Schemas['Status']
export type Workflow = Schemas['Workflow']
export type WorkflowDescription = Schemas['WorkflowDescription']

/** A job. In lists and on the socket of the parameters only the prompt is there, and `timings` is null. */
export type Job = Omit<Schemas['Job'], 'params'> & { params: JobParams }
export type JobParams = { prompt?: string | null } & Record<string, unknown>
export type JobInput = Schemas['JobInput']
export type JobOutput = Schemas['JobOutput']

/** What can change of a job: lies over the job that is known. */
export type JobPatch = Partial<Job> & Pick<Job, 'id' | 'version'>
