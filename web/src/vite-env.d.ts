interface Window {
  /** The first page of jobs, asked for by public/boot.js before the bundle was there. */
  spoolJobs?: Promise<Response | undefined> | undefined
}
