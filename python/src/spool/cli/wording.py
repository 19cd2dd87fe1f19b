"""A job in words: pure functions from a job to what a person reads."""

from spool.job import Job, Output

PHASES = {
    "fetch": "Fetching the pictures",
    "load": "Loading the model",
    "encode_text": "Reading the prompt",
    "encode_image": "Reading the pictures",
    "denoise": "Denoising",
    "denoise_high": "Denoising, shapes",
    "denoise_low": "Denoising, details",
    "decode": "Rendering frames",
    "encode": "Writing the file",
    "upload": "Uploading",
}
STILL = {"qwen": "Rendering the picture", "upscale": "Enlarging the picture"}
"""What `decode` is called in workflows that make no frames."""


def headline(job: Job) -> str:
    """Say in a few words where the job is."""
    if job.status == "queued":
        return _waiting(job)
    if job.status in {"assigned", "running"}:
        phase = phase_of(job) if job.status == "running" else None
        return phase or f"{'Starting' if job.status == 'running' else 'Assigned'}{_on_agent(job)}"
    return {"succeeded": "Done", "failed": "Failed", "canceled": "Canceled"}.get(job.status, job.status)


def _waiting(job: Job) -> str:
    if job.unservable:
        return f"Waiting: {job.unservable}"
    if job.queue_position is None:
        return "Queued"
    place = "next in line" if job.queue_position <= 1 else f"number {job.queue_position} in line"
    return f"Queued, {place}{_starts(job)}"


def _starts(job: Job) -> str:
    if job.starts_in_ms is None:
        return ""
    low, high = (round(ms / 1000) for ms in job.starts_in_ms)
    if high <= 1:
        return ", starts now"
    return f", starts within {duration(high)}" if low <= 0 else f", starts in {duration(low)} to {duration(high)}"


def _on_agent(job: Job) -> str:
    return f" on {job.agent.name or job.agent.id}" if job.agent else ""


def phase_of(job: Job) -> str | None:
    """Return the phase in words."""
    progress = job.progress
    if progress is None or progress.phase is None:
        return None
    if progress.phase == "decode" and job.workflow in STILL:
        return STILL[job.workflow]
    return PHASES.get(progress.phase, progress.phase.replace("_", " ").capitalize())


def steps(job: Job) -> str:
    """Return `3/8` while a phase with steps runs."""
    progress = job.progress
    if job.status != "running" or progress is None or not progress.steps:
        return ""
    return f"{progress.step}/{progress.steps}"


def remaining(job: Job, guess: float | None = None) -> str:
    """Return how long it will still take: what the server says, else the guess, in seconds."""
    if job.status != "running" or job.progress is None:
        return ""
    if job.progress.eta_ms is None:
        return "" if guess is None else f"about {duration(guess)} left"
    low, high = (round(ms / 1000) for ms in job.progress.eta_ms)
    if high <= 0:
        return "almost done"
    return f"{duration(high)} left" if high - low <= 1 else f"{duration(low)} to {duration(high)} left"


def duration(seconds: float) -> str:
    """Return `45 s`, `3 min 20 s` or `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def line(job: Job, guess: float | None = None) -> str:
    """Return the job's state in one line, for logs and files."""
    parts = [headline(job)]
    if job.status == "running":
        parts += [steps(job), f"{round(100 * (job.progress.fraction if job.progress else 0))} %", remaining(job, guess)]
    return " · ".join(part for part in parts if part)


def made(output: Output) -> str:
    """Describe a file: `832x480, 81 frames, 5.1 s, 0.9 MB`."""
    parts: list[str] = []
    if output.width and output.height:
        parts.append(f"{output.width}x{output.height}")
    if output.frames:
        parts.append(f"{output.frames} frames")
        if output.fps:
            parts.append(f"{output.frames / output.fps:.1f} s")
    if output.bytes is not None:
        parts.append(size(output.bytes))
    return ", ".join(parts)


def size(count: int) -> str:
    """Return `640 B`, `12 KB`, `3.4 MB` or `57.2 GB`."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} KB"
    return f"{count / 1_000_000:.1f} MB" if count < 1_000_000_000 else f"{count / 1_000_000_000:.1f} GB"


def failure(job: Job) -> list[str]:
    """Say why a job failed, and what would help."""
    if job.error is None:
        return [f"Job {job.id} failed."]
    told = [f"Job {job.id} failed: {job.error.message} ({job.error.code})"]
    return [*told, f"  {job.error.hint}"] if job.error.hint else told
