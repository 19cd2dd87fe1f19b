// Made from api/openapi.json by `npm run api`. Do not edit.

export interface paths {
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List agents
         * @description Every agent by name, the lost ones of the last hour included.
         */
        get: operations["listAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent's control socket
         * @description A WebSocket. Each binary message is one MessagePack value: a map with one key, the message's name, whose value is a map of named fields. The agent begins with `hello`; the server answers `welcome` or `goodbye`. The messages of protocol version 1 are described in `shared/src/protocol`, with golden bytes in `tests/fixtures/protocol/v1`.
         *
         *     Requests with an `Origin` header are refused: browsers send one, agents never do.
         */
        get: operations["connectAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/jobs/{id}/inputs/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An input picture, by lease
         * @description Only the agent that holds the job's lease gets it. Requests with an `Origin` are refused.
         */
        get: operations["getInputAsAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent's bulk socket
         * @description A second WebSocket for result files and previews, so that a heartbeat never waits behind a video: `begin`, then `have` with the offset to go on from, then `chunk` by `chunk`, until `stored` or `refused`.
         */
        get: operations["uploadAsAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an agent
         * @description A lost one is there for an hour.
         */
        get: operations["getAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drain an agent
         * @description It finishes what runs and gets nothing new until it is resumed, also if it connects again meanwhile.
         */
        post: operations["drainAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume an agent
         * @description It gets jobs again, after a drain or out of quarantine.
         */
        post: operations["resumeAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What can be asked for
         * @description Every workflow with the type, default, limits, choices and help of each field. Forms are built from it.
         */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document as a page */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every error explained
         * @description The `type` of a problem leads to its entry here.
         */
        get: operations["docsErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a picture
         * @description Requests then name it instead of sending it. At most 10485760 bytes, 8192 pixels a side and 40000000 in all; a PNG, JPEG or WebP by content.
         */
        post: operations["uploadImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/images/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An uploaded picture
         * @description For its owner. Looking at it is a use, which keeps it longer.
         */
        get: operations["getImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs
         * @description Newest first, in pages. Of the parameters only the prompt is there, and `timings` is null. An empty parameter counts as absent.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a job
         * @description Everything that is known of it. `version` grows with every change.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Delete a finished job
         * @description Its record and its results go before their retention ends. The address answers 410 for a while.
         */
        delete: operations["deleteJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description Final at once, whether the job waits or runs; its GPU stops within one denoising step. Canceling a canceled job again changes nothing.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The request that makes a job again
         * @description Posted to its workflow it does. With the pictures by their ids, which stay usable as long as any upload, or inline, for another server.
         */
        get: operations["exportJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a job
         * @description Server-sent events. `job` carries the whole job as JSON, with a `version` that never goes back while the session lasts: at once when its state changes, a few times a second while it progresses. The stream ends after the event of a terminal state. `gone` says that the job was deleted, `reset` that the session has ended. A comment every 15 seconds shows that the stream lives.
         *
         *     Nothing is replayed: whoever comes back gets the job as it is now. Browsers send `Last-Event-ID` by themselves.
         */
        get: operations["followJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/inputs/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture that was sent
         * @description As it is stored: without metadata, and not yet turned by its `orientation`.
         */
        get: operations["getInput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/inputs/{index}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small copy of a picture that was sent
         * @description Upright; of a video, of its poster. Made when first asked for.
         */
        get: operations["getInputThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A result
         * @description The video or the picture, once the job has succeeded.
         */
        get: operations["getOutput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs/{index}/poster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A still of a result
         * @description The first frame of a video.
         */
        get: operations["getPoster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/outputs/{index}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small copy of a result
         * @description Upright; of a video, of its poster. Made when first asked for.
         */
        get: operations["getOutputThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A preview of a running job
         * @description The newest picture of the work so far. 404 while there is none, and once the job has ended.
         */
        get: operations["getPreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a finished job again
         * @description A new job with the same parameters, seed and pictures; its `parent_id` is the first one.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits for what
         * @description For each workflow and each requirement class that has jobs or agents: how much waits, who could take it, and how long it will take.
         */
        get: operations["getQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks
         * @description Whether the server has keys, whose the request is, and what its caller may do. Never refused.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Log a browser in
         * @description A browser shows a key once and gets a cookie, which its sockets, pictures and videos send by themselves. Programs send the key with each request instead.
         */
        post: operations["logIn"];
        /** Log a browser out */
        delete: operations["logOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/i2v": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Picture to video
         * @description Turns a picture into a short video that follows a prompt. The job is in the queue when the answer comes. A body has at most 31522816 bytes, a picture 10485760 bytes as a file or characters as base64 text, 8192 pixels a side and 40000000 in all; it is a PNG, JPEG or WebP by content.
         */
        post: operations["submitI2v"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/i2v/outlook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Picture to video: what is to be expected
         * @description Takes the parameters that decide what a job asks of an agent, with the limits and defaults of a request. Where the size follows from the picture, 832 × 480 counts.
         */
        get: operations["getI2vOutlook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/qwen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Edit pictures
         * @description Edits one to three pictures into a new one that follows a prompt. The job is in the queue when the answer comes. A body has at most 31522816 bytes, a picture 10485760 bytes as a file or characters as base64 text, 8192 pixels a side and 40000000 in all; it is a PNG, JPEG or WebP by content.
         */
        post: operations["submitQwen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/qwen/outlook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Edit pictures: what is to be expected
         * @description Takes the parameters that decide what a job asks of an agent, with the limits and defaults of a request. Where the size follows from the picture, 832 × 480 counts.
         */
        get: operations["getQwenOutlook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/upscale": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upscale
         * @description Makes a picture two or four times as wide and high. The job is in the queue when the answer comes. A body has at most 31522816 bytes, a picture 10485760 bytes as a file or characters as base64 text, 8192 pixels a side and 40000000 in all; it is a PNG, JPEG or WebP by content.
         */
        post: operations["submitUpscale"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/workflows/upscale/outlook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Upscale: what is to be expected
         * @description Takes the parameters that decide what a job asks of an agent, with the limits and defaults of a request. Where the size follows from the picture, 832 × 480 counts.
         */
        get: operations["getUpscaleOutlook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ws": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow everything
         * @description A WebSocket for pages: a snapshot of the newest jobs, then absolute patches, the queue, the fleet, and previews of watched jobs as binary frames. It begins with `{"t": "hello", "v": 1, "resume": null}`; the position of the last message resumes it. The messages are described in `api/src/http/socket/mod.rs`.
         *
         *     With a cookie only the server's own pages may open it.
         */
        get: operations["followAll"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description Asks nothing of Redis or the storage.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description Queues, waits, attempts, agents, sockets, requests and the store's scripts, in Prometheus' text format.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can it do its work
         * @description Redis answers with the session that the server knows, and files can be written.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The object. Sizes are bytes, temperatures °C, power watts, utilisation percent. */
        Agent: {
            /** @description False for a lost agent, and in the short while in which one whose connection broke may come back. */
            connected: boolean;
            /** Format: date-time */
            connected_at: string;
            gpus: components["schemas"]["Gpu"][];
            id: components["schemas"]["AgentId"];
            /** Format: int64 */
            jobs_done: number;
            /** Format: int64 */
            jobs_failed: number;
            labels: {
                [key: string]: string;
            };
            /** Format: int64 */
            memory_bytes: number;
            name: string;
            /** @description Why the agent takes nothing by its own decision, as when its disk is full. */
            pause: string | null;
            /** @description Slots that can run jobs, and those of them that have none. */
            places: components["schemas"]["AgentPlaces"];
            /** Format: double */
            price_per_hour: number | null;
            /** Format: date-time */
            quarantined_until: string | null;
            /** Format: date-time */
            seen_at: string;
            slots: components["schemas"]["AgentSlot"][];
            state: components["schemas"]["AgentState"];
            version: string;
            workflows: components["schemas"]["AgentWorkflow"][];
        };
        /** @description A slot's GPU; its load is known once the agent measured it. */
        AgentGpu: {
            /** Format: int64 */
            memory_bytes: number;
            /** Format: int64 */
            memory_used_bytes: number | null;
            name: string;
            /** Format: int32 */
            power: number | null;
            /** Format: int32 */
            temperature: number | null;
            /** Format: int32 */
            utilisation: number | null;
        };
        /**
         * Format: uuid
         * @description A GPU node: stable over restarts of its agent.
         */
        AgentId: string;
        AgentPlaces: {
            /** Format: int32 */
            free: number;
            /** Format: int32 */
            total: number;
        };
        AgentSlot: {
            gpu: components["schemas"]["AgentGpu"] | null;
            /** Format: int32 */
            index: number;
            job: components["schemas"]["JobId"] | null;
            state: components["schemas"]["SlotState"];
        };
        /**
         * @description Whether an agent is given jobs, and why not.
         * @enum {string}
         */
        AgentState: "online" | "draining" | "quarantined" | "lost";
        AgentWorkflow: {
            classes: components["schemas"]["Class"][];
            engine: string;
            workflow: components["schemas"]["Workflow"];
        };
        /**
         * @description What a job asks of an agent beyond its workflow.
         * @enum {string}
         */
        Class: "i2v.480p.81.lightning" | "i2v.480p.81.quality" | "i2v.480p.161.lightning" | "i2v.480p.161.quality" | "i2v.720p.81.lightning" | "i2v.720p.81.quality" | "i2v.720p.161.lightning" | "i2v.720p.161.quality" | "qwen.2511.lightning" | "qwen.2511.quality" | "qwen.2509.lightning" | "qwen.2509.quality" | "qwen.edit.lightning" | "qwen.edit.quality" | "upscale.2x" | "upscale.4x";
        ClassQueue: components["schemas"]["Queue"] & {
            attempt_ms: components["schemas"]["Span"] | null;
            class: components["schemas"]["Class"];
        };
        /**
         * @description What kind of error it is.
         * @enum {string}
         */
        Code: "bad_request" | "malformed_body" | "unauthorized" | "forbidden" | "origin_refused" | "not_found" | "method_not_allowed" | "body_too_slow" | "already_finished" | "not_finished" | "gone" | "body_too_large" | "image_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "host_refused" | "validation_failed" | "image_unreadable" | "idempotency_key_reused" | "rate_limited" | "queue_full" | "internal" | "session_reset" | "storage_full" | "unavailable";
        Config: {
            limits: components["schemas"]["Limits"];
            priority: components["schemas"]["Field"];
            /** @description Of the server. */
            version: string;
            workflows: components["schemas"]["WorkflowDescription"][];
        };
        /**
         * @description The code that users see in a job's `error`. One that a newer agent knows and this version does not is an
         *      `engine_error`: its message says more, and `retryable` travels beside it.
         * @enum {string}
         */
        FailureCode: "bad_input" | "missing_weights" | "out_of_memory" | "result_too_large" | "engine_error" | "worker_crashed" | "stalled" | "storage" | "server_storage" | "poison_job" | "no_agent" | "expired";
        /** @description A field of a request. Which limits it has depends on its type. */
        Field: {
            /** @description Words or whole numbers. */
            choices?: unknown[];
            /** @description What holds when it is absent; `null` if that is nothing or follows from something else. */
            default: unknown;
            /** @description `random` or `picture`. */
            default_from?: string | null;
            /** @description By preset, where the default depends on it. */
            defaults?: Record<string, never>;
            help: string;
            label: string;
            /** Format: int32 */
            max_items?: number;
            /** Format: int64 */
            max_length?: number;
            /** Format: double */
            maximum?: number;
            /** Format: int32 */
            min_items?: number;
            /** Format: int64 */
            min_length?: number;
            /** Format: double */
            minimum?: number;
            name: string;
            required: boolean;
            /**
             * Format: int64
             * @description Allowed are `minimum`, `minimum + step`, …
             */
            step?: number;
            /** @description `text`, `integer`, `number`, `choice` or `picture`. */
            type: string;
        };
        Fleet: {
            items: components["schemas"]["Agent"][];
        };
        /** @description A GPU as the driver describes it. */
        Gpu: {
            /** Format: int32 */
            index: number;
            /** Format: int64 */
            memory_bytes: number;
            name: string;
        };
        Health: {
            status: string;
        };
        /** @description Everything an engine needs to know beside the pictures. */
        I2vParams: {
            /** Format: double */
            cfg_scale: number;
            /** @description Whether a second picture is the last frame. */
            end_image: boolean;
            /** Format: int32 */
            fps: number;
            /** Format: int32 */
            height: number;
            negative_prompt?: string | null;
            /** Format: int32 */
            num_frames: number;
            /** Format: int32 */
            num_inference_steps: number;
            preset: components["schemas"]["Preset"];
            prompt: string;
            /** Format: int32 */
            seed: number;
            /** Format: int32 */
            width: number;
        };
        /** @description Turns a picture into a short video that follows a prompt. */
        I2vRequest: {
            /**
             * CFG scale
             * @description How strictly the prompt is followed. At any value but 1 each step runs the model twice. Default: 1.0 with lightning, 3.5 with quality.
             */
            cfg_scale?: number | null;
            /**
             * End picture
             * @description The last frame of the video.
             */
            end_image?: string | {
                image_id: string;
            } | null;
            /**
             * Frames a second
             * @description How fast the frames are played. The model was trained at 16.
             * @default 16
             */
            fps: number | null;
            /**
             * Height
             * @description Pixels. Follows the first picture when width and height are absent.
             */
            height?: number | null;
            /**
             * Picture
             * @description The first frame of the video.
             */
            input_image: string | {
                image_id: string;
            };
            /**
             * Negative prompt
             * @description What should not appear. Needs a CFG scale other than 1.
             */
            negative_prompt?: string | null;
            /**
             * Frames
             * @description Length in frames: 4n + 1. 81 frames at 16 a second last five seconds.
             * @default 81
             * @enum {integer|null}
             */
            num_frames: 5 | 9 | 13 | 17 | 21 | 25 | 29 | 33 | 37 | 41 | 45 | 49 | 53 | 57 | 61 | 65 | 69 | 73 | 77 | 81 | 85 | 89 | 93 | 97 | 101 | 105 | 109 | 113 | 117 | 121 | 125 | 129 | 133 | 137 | 141 | 145 | 149 | 153 | 157 | 161 | null;
            /**
             * Steps
             * @description Denoising steps. More take longer in proportion. Default: 8 with lightning, 40 with quality.
             */
            num_inference_steps?: number | null;
            /**
             * Made from
             * Format: uuid
             * @description The job whose result this one begins with. It decides nothing; it shows where a result comes from.
             */
            parent_id?: string | null;
            /**
             * Preset
             * @description lightning needs few steps; quality follows the base model's own schedule and takes far longer.
             * @default lightning
             * @enum {string|null}
             */
            preset: "lightning" | "quality" | null;
            /**
             * Priority
             * @description How urgent the job is against others that need the same kind of agent.
             * @default normal
             * @enum {string|null}
             */
            priority: "high" | "normal" | "low" | null;
            /**
             * Prompt
             * @description What should happen, in plain words.
             */
            prompt: string;
            /**
             * Seed
             * @description The same seed with the same settings gives the same result. Drawn at random when absent.
             */
            seed?: number | null;
            /**
             * Width
             * @description Pixels. Follows the first picture when width and height are absent.
             */
            width?: number | null;
            /**
             * Workflow
             * @description May name the workflow of the address, and no other.
             * @enum {string|null}
             */
            workflow?: "i2v" | null;
        };
        Image: {
            /**
             * Format: int64
             * @description Of what is stored: the file without metadata.
             */
            bytes: number;
            content_type: string;
            /**
             * Format: date-time
             * @description When it goes if nothing uses it; each use sets the time anew.
             */
            expires_at: string;
            /** Format: int32 */
            height: number;
            /** @description Hand it in as `{"image_id": …}` wherever a request takes a picture. */
            id: string;
            /**
             * Format: int32
             * @description EXIF 1–8: how the picture is to be turned; the stored file says nothing of it any more.
             */
            orientation: number;
            url: string;
            /** Format: int32 */
            width: number;
        };
        /** @description The object. Times are RFC 3339, spans milliseconds, sizes pixels and bytes; addresses are relative to the host. */
        Job: {
            agent: components["schemas"]["JobAgent"] | null;
            /** Format: int32 */
            attempts: number;
            /** Format: int32 */
            bounces: number;
            /** Format: date-time */
            created_at: string;
            /** Format: int32 */
            drains: number;
            engine: string | null;
            error: components["schemas"]["JobError"] | null;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: int32 */
            failures: number;
            /** Format: date-time */
            finished_at: string | null;
            id: components["schemas"]["JobId"];
            inputs: components["schemas"]["JobInput"][];
            /** Format: int32 */
            losses: number;
            outputs: components["schemas"]["JobOutput"][];
            params: components["schemas"]["JobParams"];
            parent_id: components["schemas"]["JobId"] | null;
            priority: components["schemas"]["Priority"];
            progress: components["schemas"]["JobProgress"] | null;
            /** Format: int64 */
            queue_position: number | null;
            /** Format: date-time */
            started_at: string | null;
            starts_in_ms: components["schemas"]["Span"] | null;
            status: components["schemas"]["Status"];
            timings: components["schemas"]["JobTimings"] | null;
            unservable: components["schemas"]["Unservable"] | null;
            urls: components["schemas"]["JobUrls"];
            /** Format: int64 */
            version: number;
            workflow: components["schemas"]["Workflow"];
        };
        JobAgent: {
            id: components["schemas"]["AgentId"];
            name: string;
            /** Format: int32 */
            slot: number | null;
        };
        JobError: {
            code: components["schemas"]["FailureCode"];
            hint: string | null;
            message: string;
            retryable: boolean;
        };
        /**
         * Format: uuid
         * @description A job: a UUID of version 8 (RFC 9562) with 114 random bits, whose last byte names the partition.
         */
        JobId: string;
        JobInput: {
            /** Format: int64 */
            bytes: number;
            content_type: string;
            /** Format: int32 */
            height: number;
            index: number;
            /**
             * Format: int32
             * @description EXIF 1–8: how the picture is to be turned; the file says nothing of it any more.
             */
            orientation: number;
            url: string;
            /** Format: int32 */
            width: number;
        };
        JobList: {
            /** @description Hand it in as `cursor` for the next page; `null` on the last one. */
            cursor: string | null;
            items: components["schemas"]["Job"][];
            /** @description What the page knows of: resume the events from here. */
            position: string;
        };
        JobOutput: {
            /** Format: int64 */
            bytes: number;
            content_type: string;
            /** Format: int64 */
            duration_ms: number | null;
            /** Format: int32 */
            fps: number | null;
            /** Format: int32 */
            frames: number | null;
            /** Format: int32 */
            height: number;
            /** Format: int32 */
            index: number;
            poster_url: string | null;
            sha256: string;
            url: string;
            /** Format: int32 */
            width: number;
        };
        /** @description Complete; in lists only the prompt. */
        JobParams: components["schemas"]["I2vParams"] | components["schemas"]["QwenParams"] | components["schemas"]["UpscaleParams"] | components["schemas"]["Prompt"];
        JobProgress: {
            eta_ms: components["schemas"]["Span"] | null;
            /** Format: double */
            fraction: number;
            phase: components["schemas"]["Phase"];
            /** Format: int32 */
            step: number;
            /** Format: int32 */
            steps: number;
        };
        JobTimings: components["schemas"]["Timings"] & {
            /** Format: int64 */
            queued_ms: number | null;
        };
        JobUrls: {
            cancel: string;
            config: string;
            events: string;
            retry: string;
            self: string;
        };
        Limits: {
            /** @description The largest body of a submit. */
            body_bytes: number;
            picture: components["schemas"]["PictureLimits"];
            /**
             * Format: int64
             * @description How many jobs may wait.
             */
            queue: number;
            /** Format: int64 */
            request_timeout_ms: number;
            /**
             * Format: int64
             * @description How long a finished job and its files are kept.
             */
            retention_ms: number;
        };
        /** @description What a login shows. */
        LoginRequest: {
            /** @description An API key. */
            key: string;
        };
        /** @description What is to be expected now. Spans are milliseconds. */
        Outlook: {
            attempt_ms: components["schemas"]["Span"] | null;
            /** @description What such a job asks of an agent. */
            class: components["schemas"]["Class"];
            unservable: components["schemas"]["Unservable"] | null;
            wait_ms: components["schemas"]["Span"] | null;
            /**
             * Format: int64
             * @description Jobs of the class that wait already, those that wait for a time included.
             */
            waiting: number;
            workflow: components["schemas"]["Workflow"];
        };
        /**
         * @description What the worker is doing.
         * @enum {string}
         */
        Phase: "fetch" | "load" | "encode_text" | "encode_image" | "denoise" | "denoise_high" | "denoise_low" | "decode" | "encode" | "upload" | "other";
        /** @description The limits of every input picture. */
        PictureLimits: {
            content_types: string[];
            /** @description Bytes of the file, or characters of its base64 text. */
            max_bytes: number;
            /** Format: int64 */
            max_pixels: number;
            /** Format: int32 */
            max_side: number;
        };
        Places: {
            /** Format: int32 */
            free: number;
            /** Format: int32 */
            total: number;
        };
        /**
         * @description Sets the defaults of steps and CFG scale.
         * @enum {string}
         */
        Preset: "lightning" | "quality";
        /**
         * @description How urgent a waiting job is against others of its class.
         * @enum {string}
         */
        Priority: "high" | "normal" | "low";
        /** @description Any error (RFC 9457). */
        Problem: {
            /** @description For programs. */
            code: components["schemas"]["Code"];
            /** @description What happened this time, for people. */
            detail: string;
            /** @description The fields that are not right. */
            errors: components["schemas"]["Violation"][];
            request_id: string;
            /** @description Whether the same request may succeed later. */
            retryable: boolean;
            /** Format: int32 */
            status: number;
            title: string;
            /** @description Leads to the explanation of the code. */
            type: string;
        };
        Prompt: {
            prompt: string | null;
        };
        Queue: {
            /**
             * Format: int32
             * @description Agents that take such jobs now, and their places.
             */
            agents: number;
            /**
             * Format: int64
             * @description Jobs that wait for a time before they are tried again.
             */
            delayed: number;
            /** @description Jobs that wait for a place, by priority. */
            depth: {
                [key: string]: number;
            };
            estimated_wait_ms: components["schemas"]["Span"] | null;
            /** Format: int64 */
            oldest_waiting_ms: number | null;
            places: components["schemas"]["Places"];
        };
        /** @description The object. Spans are milliseconds. */
        Queues: {
            /**
             * Format: int64
             * @description Jobs that agents have.
             */
            assigned: number;
            /** Format: int64 */
            delayed: number;
            items: components["schemas"]["WorkflowQueue"][];
            /** Format: int64 */
            limit: number;
            /** Format: int64 */
            running: number;
            /**
             * Format: int64
             * @description Jobs that wait, those that wait for a time included, and how many may.
             */
            waiting: number;
        };
        /**
         * @description Which Qwen-Image-Edit checkpoint.
         * @enum {string}
         */
        QwenModel: "2511" | "2509" | "edit";
        /** @description Everything an engine needs to know beside the pictures. */
        QwenParams: {
            /** Format: double */
            cfg_scale: number;
            /** Format: int32 */
            height: number;
            model: components["schemas"]["QwenModel"];
            negative_prompt?: string | null;
            /** Format: int32 */
            num_inference_steps: number;
            preset: components["schemas"]["Preset"];
            prompt: string;
            /** Format: int32 */
            seed: number;
            /** Format: int32 */
            width: number;
        };
        /** @description Edits one to three pictures into a new one that follows a prompt. */
        QwenRequest: {
            /**
             * CFG scale
             * @description How strictly the prompt is followed. At any value but 1 each step runs the model twice. Default: 1.0 with lightning, 4.0 with quality.
             */
            cfg_scale?: number | null;
            /**
             * Pictures
             * @description One to three pictures; the prompt may call them picture 1, 2 and 3.
             */
            edit_image: (string | {
                image_id: string;
            }) | (string | {
                image_id: string;
            })[];
            /**
             * Height
             * @description Pixels. Follows the first picture when width and height are absent.
             */
            height?: number | null;
            /**
             * Model
             * @description The checkpoint of Qwen-Image-Edit; edit is the first one.
             * @default 2511
             * @enum {string|null}
             */
            model: "2511" | "2509" | "edit" | null;
            /**
             * Negative prompt
             * @description What should not appear. Needs a CFG scale other than 1.
             */
            negative_prompt?: string | null;
            /**
             * Steps
             * @description Denoising steps. More take longer in proportion. Default: 4 with lightning, 40 with quality.
             */
            num_inference_steps?: number | null;
            /**
             * Made from
             * Format: uuid
             * @description The job whose result this one begins with. It decides nothing; it shows where a result comes from.
             */
            parent_id?: string | null;
            /**
             * Preset
             * @description lightning needs few steps; quality follows the base model's own schedule and takes far longer.
             * @default lightning
             * @enum {string|null}
             */
            preset: "lightning" | "quality" | null;
            /**
             * Priority
             * @description How urgent the job is against others that need the same kind of agent.
             * @default normal
             * @enum {string|null}
             */
            priority: "high" | "normal" | "low" | null;
            /**
             * Prompt
             * @description What should happen, in plain words.
             */
            prompt: string;
            /**
             * Seed
             * @description The same seed with the same settings gives the same result. Drawn at random when absent.
             */
            seed?: number | null;
            /**
             * Width
             * @description Pixels. Follows the first picture when width and height are absent.
             */
            width?: number | null;
            /**
             * Workflow
             * @description May name the workflow of the address, and no other.
             * @enum {string|null}
             */
            workflow?: "qwen" | null;
        };
        Readiness: {
            /** @description Where the store stands: the session and the number of its last event. */
            position: string;
            status: string;
        };
        /** @description Who asks, as a page wants to know it. */
        Session: {
            /** @description Whether the server has keys at all; without them everyone of its machine may ask. */
            keys: boolean;
            /** @description The key's name; `null` for whoever shows none. */
            name: string | null;
            /** @description What the caller may do beside reading. */
            scopes: string[];
        };
        /** @description What a workflow makes of `width` and `height`. */
        SizeRule: {
            /**
             * Format: int64
             * @description Pixels of the whole picture.
             */
            max_area: number;
            /** Format: int64 */
            max_side: number;
            /** Format: int64 */
            min_side: number;
            /**
             * Format: int64
             * @description Both sides are multiples of this.
             */
            multiple_of: number;
        };
        /**
         * @description What a slot is doing.
         * @enum {string}
         */
        SlotState: "starting" | "ready" | "busy" | "stopping" | "broken" | "unknown";
        /** @description A range of milliseconds. */
        Span: {
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            low: number;
        };
        /**
         * @description The public word for a job's state.
         * @enum {string}
         */
        Status: "queued" | "assigned" | "running" | "succeeded" | "failed" | "canceled";
        /** @description Where the time went, milliseconds; absent where a phase did not occur. */
        Timings: {
            /** Format: int64 */
            decode_ms: number | null;
            /** Format: int64 */
            denoise_ms: number | null;
            /** Format: int64 */
            encode_ms: number | null;
            /** Format: int64 */
            gpu_ms: number | null;
            /** Format: int64 */
            load_ms: number | null;
            /** Format: int64 */
            upload_ms: number | null;
        };
        /** @description What is missing to run the job: no agent that takes jobs offers its class. */
        Unservable: {
            /**
             * Format: int32
             * @description Connected agents that offer its workflow.
             */
            agents: number;
            closest: components["schemas"]["Class"] | null;
            message: string;
            /** @description The class that it needs. */
            missing: components["schemas"]["Class"];
        };
        /** @description Everything an engine needs to know beside the picture. */
        UpscaleParams: {
            /** Format: int32 */
            scale: number;
            /** Format: int32 */
            seed: number;
        };
        /** @description Makes a picture two or four times as wide and high. */
        UpscaleRequest: {
            /**
             * Picture
             * @description The picture to enlarge.
             */
            input_image: string | {
                image_id: string;
            };
            /**
             * Made from
             * Format: uuid
             * @description The job whose result this one begins with. It decides nothing; it shows where a result comes from.
             */
            parent_id?: string | null;
            /**
             * Priority
             * @description How urgent the job is against others that need the same kind of agent.
             * @default normal
             * @enum {string|null}
             */
            priority: "high" | "normal" | "low" | null;
            /**
             * Scale
             * @description How many times wider and higher. The result may have 40 megapixels and 8192 pixels a side.
             * @default 2
             * @enum {integer|null}
             */
            scale: 2 | 4 | null;
            /**
             * Seed
             * @description The same seed with the same settings gives the same result. Drawn at random when absent.
             */
            seed?: number | null;
            /**
             * Workflow
             * @description May name the workflow of the address, and no other.
             * @enum {string|null}
             */
            workflow?: "upscale" | null;
        };
        /** @description One thing that is wrong with a request. */
        Violation: {
            code: components["schemas"]["ViolationCode"];
            /** @description A sentence that names the field and the limit. */
            message: string;
            /** @description Where it is, as a JSON pointer (RFC 6901) into the parameters. */
            pointer: string;
        };
        /**
         * @description The kind of a [`Violation`], for programs.
         * @enum {string}
         */
        ViolationCode: "missing" | "unknown_field" | "wrong_type" | "out_of_range" | "too_short" | "too_long" | "off_step" | "not_a_choice" | "too_large" | "unreadable" | "unknown_image" | "unknown_job" | "conflict";
        /**
         * @description A kind of job.
         * @enum {string}
         */
        Workflow: "i2v" | "qwen" | "upscale";
        /** @description A workflow with all that a form needs to know. */
        WorkflowDescription: {
            fields: components["schemas"]["Field"][];
            name: components["schemas"]["Workflow"];
            pictures: components["schemas"]["Field"][];
            size: components["schemas"]["SizeRule"] | null;
            summary: string;
            title: string;
        };
        WorkflowQueue: components["schemas"]["Queue"] & {
            classes: components["schemas"]["ClassQueue"][];
            workflow: components["schemas"]["Workflow"];
        };
    };
    responses: {
        /** @description `already_finished`: The job has already finished. */
        already_finished: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "already_finished";
                    /** @constant */
                    status?: 409;
                };
            };
        };
        /** @description `bad_request`: The request is malformed. */
        bad_request: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request";
                    /** @constant */
                    status?: 400;
                };
            };
        };
        /** @description `bad_request`: The request is malformed. `malformed_body`: The body cannot be read. */
        "bad_request.malformed_body": {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "bad_request" | "malformed_body";
                    /** @constant */
                    status?: 400;
                };
            };
        };
        /** @description `body_too_large`: The body is too large. */
        body_too_large: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "body_too_large";
                    /** @constant */
                    status?: 413;
                };
            };
        };
        /** @description `body_too_large`: The body is too large. `image_too_large`: A picture is too large. */
        "body_too_large.image_too_large": {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "body_too_large" | "image_too_large";
                    /** @constant */
                    status?: 413;
                };
            };
        };
        /** @description `body_too_slow`: The body came too slowly. */
        body_too_slow: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "body_too_slow";
                    /** @constant */
                    status?: 408;
                };
            };
        };
        /** @description `forbidden`: The key does not permit this. `origin_refused`: Requests from this page are refused. */
        "forbidden.origin_refused": {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "forbidden" | "origin_refused";
                    /** @constant */
                    status?: 403;
                };
            };
        };
        /** @description `gone`: It has been deleted. */
        gone: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "gone";
                    /** @constant */
                    status?: 410;
                };
            };
        };
        /** @description `host_refused`: This server has another name. */
        host_refused: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "host_refused";
                    /** @constant */
                    status?: 421;
                };
            };
        };
        /** @description `idempotency_key_reused`: The key belongs to another request. */
        idempotency_key_reused: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency_key_reused";
                    /** @constant */
                    status?: 422;
                };
            };
        };
        /** @description `idempotency_key_reused`: The key belongs to another request. `image_unreadable`: A picture cannot be read. `validation_failed`: The request breaks a rule. */
        "idempotency_key_reused.image_unreadable.validation_failed": {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "idempotency_key_reused" | "image_unreadable" | "validation_failed";
                    /** @constant */
                    status?: 422;
                };
            };
        };
        /** @description `image_too_large`: A picture is too large. */
        image_too_large: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "image_too_large";
                    /** @constant */
                    status?: 413;
                };
            };
        };
        /** @description `image_unreadable`: A picture cannot be read. `validation_failed`: The request breaks a rule. */
        "image_unreadable.validation_failed": {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "image_unreadable" | "validation_failed";
                    /** @constant */
                    status?: 422;
                };
            };
        };
        /** @description `internal`: Something broke inside. */
        internal: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "internal";
                    /** @constant */
                    status?: 500;
                };
            };
        };
        /** @description `not_finished`: The job has not finished. */
        not_finished: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "not_finished";
                    /** @constant */
                    status?: 409;
                };
            };
        };
        /** @description `not_found`: There is no such thing. */
        not_found: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "not_found";
                    /** @constant */
                    status?: 404;
                };
            };
        };
        /** @description `origin_refused`: Requests from this page are refused. */
        origin_refused: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "origin_refused";
                    /** @constant */
                    status?: 403;
                };
            };
        };
        /** @description `queue_full`: The queue is full. `rate_limited`: Too much at once. */
        "queue_full.rate_limited": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "queue_full" | "rate_limited";
                    /** @constant */
                    status?: 429;
                };
            };
        };
        /** @description `range_not_satisfiable`: The range lies outside. */
        range_not_satisfiable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "range_not_satisfiable";
                    /** @constant */
                    status?: 416;
                };
            };
        };
        /** @description `rate_limited`: Too much at once. */
        rate_limited: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "rate_limited";
                    /** @constant */
                    status?: 429;
                };
            };
        };
        /** @description `session_reset`: The session has ended. `unavailable`: The service cannot answer now. */
        "session_reset.unavailable": {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "session_reset" | "unavailable";
                    /** @constant */
                    status?: 503;
                };
            };
        };
        /** @description `storage_full`: The storage is full. */
        storage_full: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "storage_full";
                    /** @constant */
                    status?: 507;
                };
            };
        };
        /** @description `unauthorized`: A key is needed. */
        unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unauthorized";
                    /** @constant */
                    status?: 401;
                };
            };
        };
        /** @description `unsupported_media_type`: The body has the wrong type. */
        unsupported_media_type: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unsupported_media_type";
                    /** @constant */
                    status?: 415;
                };
            };
        };
        /** @description `validation_failed`: The request breaks a rule. */
        validation_failed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "validation_failed";
                    /** @constant */
                    status?: 422;
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /**
         * @description Seconds after which another try makes sense.
         * @example 5
         */
        "Retry-After": number;
        /**
         * @description Names the request in the server's log.
         * @example 4bf92f3577b34da6
         */
        "X-Request-Id": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fleet. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "connected": true,
                     *           "connected_at": "2026-09-01T08:00:00Z",
                     *           "gpus": [
                     *             {
                     *               "index": 0,
                     *               "memory_bytes": 25757220864,
                     *               "name": "NVIDIA GeForce RTX 4090"
                     *             }
                     *           ],
                     *           "id": "07070707-0707-4707-8707-070707070707",
                     *           "jobs_done": 412,
                     *           "jobs_failed": 1,
                     *           "labels": {
                     *             "region": "eu"
                     *           },
                     *           "memory_bytes": 25757220864,
                     *           "name": "node-7",
                     *           "pause": null,
                     *           "places": {
                     *             "free": 0,
                     *             "total": 1
                     *           },
                     *           "price_per_hour": 0.44,
                     *           "quarantined_until": null,
                     *           "seen_at": "2026-09-01T12:00:04Z",
                     *           "slots": [
                     *             {
                     *               "gpu": {
                     *                 "memory_bytes": 25757220864,
                     *                 "memory_used_bytes": 21474836480,
                     *                 "name": "NVIDIA GeForce RTX 4090",
                     *                 "power": 402,
                     *                 "temperature": 71,
                     *                 "utilisation": 97
                     *               },
                     *               "index": 0,
                     *               "job": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *               "state": "busy"
                     *             }
                     *           ],
                     *           "state": "online",
                     *           "version": "0.1.0",
                     *           "workflows": [
                     *             {
                     *               "classes": [
                     *                 "i2v.480p.81.lightning"
                     *               ],
                     *               "engine": "diffsynth",
                     *               "workflow": "i2v"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Fleet"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    connectAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the WebSocket handshake (RFC 6455). */
                Upgrade?: "websocket";
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The protocol changes to WebSocket. */
            101: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getInputAsAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description The token of the lease. Without a valid one the answer is 404. */
                "X-Spool-Lease"?: string;
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
                /**
                 * @description Which picture, from 0.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    uploadAsAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the WebSocket handshake (RFC 6455). */
                Upgrade?: "websocket";
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The protocol changes to WebSocket. */
            101: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The agent.
                 * @example 07070707-0707-4707-8707-070707070707
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "connected": true,
                     *       "connected_at": "2026-09-01T08:00:00Z",
                     *       "gpus": [
                     *         {
                     *           "index": 0,
                     *           "memory_bytes": 25757220864,
                     *           "name": "NVIDIA GeForce RTX 4090"
                     *         }
                     *       ],
                     *       "id": "07070707-0707-4707-8707-070707070707",
                     *       "jobs_done": 412,
                     *       "jobs_failed": 1,
                     *       "labels": {
                     *         "region": "eu"
                     *       },
                     *       "memory_bytes": 25757220864,
                     *       "name": "node-7",
                     *       "pause": null,
                     *       "places": {
                     *         "free": 0,
                     *         "total": 1
                     *       },
                     *       "price_per_hour": 0.44,
                     *       "quarantined_until": null,
                     *       "seen_at": "2026-09-01T12:00:04Z",
                     *       "slots": [
                     *         {
                     *           "gpu": {
                     *             "memory_bytes": 25757220864,
                     *             "memory_used_bytes": 21474836480,
                     *             "name": "NVIDIA GeForce RTX 4090",
                     *             "power": 402,
                     *             "temperature": 71,
                     *             "utilisation": 97
                     *           },
                     *           "index": 0,
                     *           "job": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *           "state": "busy"
                     *         }
                     *       ],
                     *       "state": "online",
                     *       "version": "0.1.0",
                     *       "workflows": [
                     *         {
                     *           "classes": [
                     *             "i2v.480p.81.lightning"
                     *           ],
                     *           "engine": "diffsynth",
                     *           "workflow": "i2v"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    drainAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The agent.
                 * @example 07070707-0707-4707-8707-070707070707
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "connected": true,
                     *       "connected_at": "2026-09-01T08:00:00Z",
                     *       "gpus": [
                     *         {
                     *           "index": 0,
                     *           "memory_bytes": 25757220864,
                     *           "name": "NVIDIA GeForce RTX 4090"
                     *         }
                     *       ],
                     *       "id": "07070707-0707-4707-8707-070707070707",
                     *       "jobs_done": 412,
                     *       "jobs_failed": 1,
                     *       "labels": {
                     *         "region": "eu"
                     *       },
                     *       "memory_bytes": 25757220864,
                     *       "name": "node-7",
                     *       "pause": null,
                     *       "places": {
                     *         "free": 0,
                     *         "total": 1
                     *       },
                     *       "price_per_hour": 0.44,
                     *       "quarantined_until": null,
                     *       "seen_at": "2026-09-01T12:00:04Z",
                     *       "slots": [
                     *         {
                     *           "gpu": {
                     *             "memory_bytes": 25757220864,
                     *             "memory_used_bytes": 21474836480,
                     *             "name": "NVIDIA GeForce RTX 4090",
                     *             "power": 402,
                     *             "temperature": 71,
                     *             "utilisation": 97
                     *           },
                     *           "index": 0,
                     *           "job": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *           "state": "busy"
                     *         }
                     *       ],
                     *       "state": "online",
                     *       "version": "0.1.0",
                     *       "workflows": [
                     *         {
                     *           "classes": [
                     *             "i2v.480p.81.lightning"
                     *           ],
                     *           "engine": "diffsynth",
                     *           "workflow": "i2v"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            404: components["responses"]["not_found"];
            408: components["responses"]["body_too_slow"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    resumeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The agent.
                 * @example 07070707-0707-4707-8707-070707070707
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "connected": true,
                     *       "connected_at": "2026-09-01T08:00:00Z",
                     *       "gpus": [
                     *         {
                     *           "index": 0,
                     *           "memory_bytes": 25757220864,
                     *           "name": "NVIDIA GeForce RTX 4090"
                     *         }
                     *       ],
                     *       "id": "07070707-0707-4707-8707-070707070707",
                     *       "jobs_done": 412,
                     *       "jobs_failed": 1,
                     *       "labels": {
                     *         "region": "eu"
                     *       },
                     *       "memory_bytes": 25757220864,
                     *       "name": "node-7",
                     *       "pause": null,
                     *       "places": {
                     *         "free": 0,
                     *         "total": 1
                     *       },
                     *       "price_per_hour": 0.44,
                     *       "quarantined_until": null,
                     *       "seen_at": "2026-09-01T12:00:04Z",
                     *       "slots": [
                     *         {
                     *           "gpu": {
                     *             "memory_bytes": 25757220864,
                     *             "memory_used_bytes": 21474836480,
                     *             "name": "NVIDIA GeForce RTX 4090",
                     *             "power": 402,
                     *             "temperature": 71,
                     *             "utilisation": 97
                     *           },
                     *           "index": 0,
                     *           "job": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *           "state": "busy"
                     *         }
                     *       ],
                     *       "state": "online",
                     *       "version": "0.1.0",
                     *       "workflows": [
                     *         {
                     *           "classes": [
                     *             "i2v.480p.81.lightning"
                     *           ],
                     *           "engine": "diffsynth",
                     *           "workflow": "i2v"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            404: components["responses"]["not_found"];
            408: components["responses"]["body_too_slow"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The configuration; the example has one workflow of it. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "limits": {
                     *         "body_bytes": 31522816,
                     *         "picture": {
                     *           "content_types": [
                     *             "image/png",
                     *             "image/jpeg",
                     *             "image/webp"
                     *           ],
                     *           "max_bytes": 10485760,
                     *           "max_pixels": 40000000,
                     *           "max_side": 8192
                     *         },
                     *         "queue": 10000,
                     *         "request_timeout_ms": 60000,
                     *         "retention_ms": 86400000
                     *       },
                     *       "priority": {
                     *         "choices": [
                     *           "high",
                     *           "normal",
                     *           "low"
                     *         ],
                     *         "default": "normal",
                     *         "help": "How urgent the job is against others that need the same kind of agent.",
                     *         "label": "Priority",
                     *         "name": "priority",
                     *         "required": false,
                     *         "type": "choice"
                     *       },
                     *       "version": "0.1.0",
                     *       "workflows": [
                     *         {
                     *           "fields": [
                     *             {
                     *               "choices": [
                     *                 2,
                     *                 4
                     *               ],
                     *               "default": 2,
                     *               "help": "How many times wider and higher. The result may have 40 megapixels and 8192 pixels a side.",
                     *               "label": "Scale",
                     *               "name": "scale",
                     *               "required": false,
                     *               "type": "choice"
                     *             },
                     *             {
                     *               "default": null,
                     *               "default_from": "random",
                     *               "help": "The same seed with the same settings gives the same result. Drawn at random when absent.",
                     *               "label": "Seed",
                     *               "maximum": 4294967295,
                     *               "minimum": 0,
                     *               "name": "seed",
                     *               "required": false,
                     *               "step": 1,
                     *               "type": "integer"
                     *             }
                     *           ],
                     *           "name": "upscale",
                     *           "pictures": [
                     *             {
                     *               "default": null,
                     *               "help": "The picture to enlarge.",
                     *               "label": "Picture",
                     *               "max_items": 1,
                     *               "min_items": 1,
                     *               "name": "input_image",
                     *               "required": true,
                     *               "type": "picture"
                     *             }
                     *           ],
                     *           "size": null,
                     *           "summary": "Makes a picture two or four times as wide and high.",
                     *           "title": "Upscale"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Config"];
                };
            };
            400: components["responses"]["bad_request"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description HTML, without scripts. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["bad_request"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    docsErrors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description HTML, without scripts. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["bad_request"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    uploadImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file itself, or a form with a part `image`. */
        requestBody: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
                "multipart/form-data": {
                    /** Format: binary */
                    image: string;
                };
            };
        };
        responses: {
            /** @description It is stored. */
            201: {
                headers: {
                    /**
                     * @description The picture's address.
                     * @example /api/images/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.1
                     */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "bytes": 240512,
                     *       "content_type": "image/png",
                     *       "expires_at": "2026-09-02T12:00:00Z",
                     *       "height": 300,
                     *       "id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.1",
                     *       "orientation": 1,
                     *       "url": "/api/images/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.1",
                     *       "width": 451
                     *     }
                     */
                    "application/json": components["schemas"]["Image"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            408: components["responses"]["body_too_slow"];
            413: components["responses"]["body_too_large.image_too_large"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["image_unreadable.validation_failed"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    getImage: {
        parameters: {
            query?: {
                /** @description Present, with any value: to be saved rather than shown. */
                download?: string;
            };
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The picture.
                 * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.1
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description How many jobs a page has. */
                limit?: number;
                /** @description Only jobs in this state. */
                status?: "queued" | "assigned" | "running" | "succeeded" | "failed" | "canceled" | "";
                /** @description Only jobs of this workflow. */
                workflow?: "i2v" | "qwen" | "upscale" | "";
                /** @description The `cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "cursor": null,
                     *       "items": [
                     *         {
                     *           "agent": {
                     *             "id": "07070707-0707-4707-8707-070707070707",
                     *             "name": "node-7",
                     *             "slot": 0
                     *           },
                     *           "attempts": 1,
                     *           "bounces": 0,
                     *           "created_at": "2026-09-01T12:00:00.000Z",
                     *           "drains": 0,
                     *           "engine": "diffsynth",
                     *           "error": null,
                     *           "expires_at": "2026-09-02T12:00:42.090Z",
                     *           "failures": 0,
                     *           "finished_at": "2026-09-01T12:00:42.090Z",
                     *           "id": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *           "inputs": [
                     *             {
                     *               "bytes": 240512,
                     *               "content_type": "image/png",
                     *               "height": 300,
                     *               "index": 0,
                     *               "orientation": 1,
                     *               "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0",
                     *               "width": 451
                     *             }
                     *           ],
                     *           "losses": 0,
                     *           "outputs": [
                     *             {
                     *               "bytes": 482133,
                     *               "content_type": "video/mp4",
                     *               "duration_ms": 5062,
                     *               "fps": 16,
                     *               "frames": 81,
                     *               "height": 512,
                     *               "index": 0,
                     *               "poster_url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/outputs/0/poster",
                     *               "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *               "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/outputs/0",
                     *               "width": 768
                     *             }
                     *           ],
                     *           "params": {
                     *             "prompt": "the cat turns its head"
                     *           },
                     *           "parent_id": null,
                     *           "priority": "normal",
                     *           "progress": {
                     *             "eta_ms": null,
                     *             "fraction": 1,
                     *             "phase": "denoise_low",
                     *             "step": 5,
                     *             "steps": 8
                     *           },
                     *           "queue_position": null,
                     *           "started_at": "2026-09-01T12:00:00.840Z",
                     *           "starts_in_ms": null,
                     *           "status": "succeeded",
                     *           "timings": null,
                     *           "unservable": null,
                     *           "urls": {
                     *             "cancel": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel",
                     *             "config": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config",
                     *             "events": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events",
                     *             "retry": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry",
                     *             "self": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"
                     *           },
                     *           "version": 14,
                     *           "workflow": "i2v"
                     *         }
                     *       ],
                     *       "position": "5b1cbb64-0f6f-4f3e-9a37-4c86d4a6d0f2:1042"
                     *     }
                     */
                    "application/json": components["schemas"]["JobList"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    deleteJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            404: components["responses"]["not_found"];
            409: components["responses"]["not_finished"];
            410: components["responses"]["gone"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job, canceled. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": null,
                     *       "attempts": 0,
                     *       "bounces": 0,
                     *       "created_at": "2026-09-01T12:00:00.000Z",
                     *       "drains": 0,
                     *       "engine": null,
                     *       "error": null,
                     *       "expires_at": "2026-09-02T12:00:00.840Z",
                     *       "failures": 0,
                     *       "finished_at": "2026-09-01T12:00:00.840Z",
                     *       "id": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *       "inputs": [
                     *         {
                     *           "bytes": 240512,
                     *           "content_type": "image/png",
                     *           "height": 300,
                     *           "index": 0,
                     *           "orientation": 1,
                     *           "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0",
                     *           "width": 451
                     *         }
                     *       ],
                     *       "losses": 0,
                     *       "outputs": [],
                     *       "params": {
                     *         "cfg_scale": 1,
                     *         "end_image": false,
                     *         "fps": 16,
                     *         "height": 512,
                     *         "num_frames": 81,
                     *         "num_inference_steps": 8,
                     *         "preset": "lightning",
                     *         "prompt": "the cat turns its head",
                     *         "seed": 7,
                     *         "width": 768
                     *       },
                     *       "parent_id": null,
                     *       "priority": "normal",
                     *       "progress": null,
                     *       "queue_position": null,
                     *       "started_at": null,
                     *       "starts_in_ms": null,
                     *       "status": "canceled",
                     *       "timings": null,
                     *       "unservable": null,
                     *       "urls": {
                     *         "cancel": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel",
                     *         "config": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config",
                     *         "events": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events",
                     *         "retry": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry",
                     *         "self": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"
                     *       },
                     *       "version": 2,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            404: components["responses"]["not_found"];
            408: components["responses"]["body_too_slow"];
            409: components["responses"]["already_finished"];
            410: components["responses"]["gone"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    exportJob: {
        parameters: {
            query?: {
                /** @description The pictures themselves instead of their ids. */
                inline?: boolean;
                /** @description To be saved rather than shown. */
                download?: boolean;
            };
            header?: never;
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "cfg_scale": 1,
                     *       "fps": 16,
                     *       "height": 512,
                     *       "input_image": {
                     *         "image_id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.1"
                     *       },
                     *       "num_frames": 81,
                     *       "num_inference_steps": 8,
                     *       "preset": "lightning",
                     *       "priority": "normal",
                     *       "prompt": "the cat turns its head",
                     *       "seed": 7,
                     *       "width": 768,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["I2vRequest"] | components["schemas"]["QwenRequest"] | components["schemas"]["UpscaleRequest"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            413: components["responses"]["image_too_large"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    followJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that arrived. */
                "Last-Event-ID"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     event: job
                     *     id: 5b1cbb64-0f6f-4f3e-9a37-4c86d4a6d0f2:1042:14
                     *     data: {"agent":{"id":"07070707-0707-4707-8707-070707070707","name":"node-7","slot":0},"attempts":1,"bounces":0,"created_at":"2026-09-01T12:00:00.000Z","drains":0,"engine":"diffsynth","error":null,"expires_at":"2026-09-02T12:00:42.090Z","failures":0,"finished_at":"2026-09-01T12:00:42.090Z","id":"1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00","inputs":[{"bytes":240512,"content_type":"image/png","height":300,"index":0,"orientation":1,"url":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0","width":451}],"losses":0,"outputs":[{"bytes":482133,"content_type":"video/mp4","duration_ms":5062,"fps":16,"frames":81,"height":512,"index":0,"poster_url":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/outputs/0/poster","sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","url":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/outputs/0","width":768}],"params":{"cfg_scale":1.0,"end_image":false,"fps":16,"height":512,"num_frames":81,"num_inference_steps":8,"preset":"lightning","prompt":"the cat turns its head","seed":7,"width":768},"parent_id":null,"priority":"normal","progress":{"eta_ms":null,"fraction":1.0,"phase":"denoise_low","step":5,"steps":8},"queue_position":null,"started_at":"2026-09-01T12:00:00.840Z","starts_in_ms":null,"status":"succeeded","timings":{"decode_ms":3700,"denoise_ms":33400,"encode_ms":1450,"gpu_ms":37100,"load_ms":1900,"queued_ms":840,"upload_ms":310},"unservable":null,"urls":{"cancel":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel","config":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config","events":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events","retry":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry","self":"/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"},"version":14,"workflow":"i2v"}
                     */
                    "text/event-stream": {
                        data: string;
                        /** @enum {string} */
                        event: "job" | "gone" | "reset";
                        id?: string;
                    };
                };
            };
            /** @description The job has ended, and the last event of it is the one that `Last-Event-ID` names. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            421: components["responses"]["host_refused"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getInput: {
        parameters: {
            query?: {
                /** @description To be saved rather than shown, unless it is false or 0. */
                download?: string;
            };
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
                /**
                 * @description Which one, from 0.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getInputThumbnail: {
        parameters: {
            query?: {
                /** @description To be saved rather than shown, unless it is false or 0. */
                download?: string;
                /** @description Its longer side, pixels. */
                size?: 256 | 512 | 1024;
            };
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
                /**
                 * @description Which one, from 0.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    getOutput: {
        parameters: {
            query?: {
                /** @description To be saved rather than shown, unless it is false or 0. */
                download?: string;
            };
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
                /**
                 * @description Which one, from 0.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                    "video/mp4": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                    "video/mp4": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getPoster: {
        parameters: {
            query?: {
                /** @description To be saved rather than shown, unless it is false or 0. */
                download?: string;
            };
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
                /**
                 * @description Which one, from 0.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getOutputThumbnail: {
        parameters: {
            query?: {
                /** @description To be saved rather than shown, unless it is false or 0. */
                download?: string;
                /** @description Its longer side, pixels. */
                size?: 256 | 512 | 1024;
            };
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
                /**
                 * @description Which one, from 0.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    getPreview: {
        parameters: {
            query?: never;
            header?: {
                /** @description One range of bytes, such as `bytes=0-1023`. */
                Range?: string;
                /** @description The part only if the `ETag` is still this one. */
                "If-Range"?: string;
                /** @description Nothing if the `ETag` is one of these. */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": unknown;
                };
            };
            /** @description The part that `Range` asks for. */
            206: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description Which part of how many bytes.
                     * @example bytes 0-1023/482133
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": unknown;
                };
            };
            /** @description The client has this very file. */
            304: {
                headers: {
                    /**
                     * @description Parts may be asked for.
                     * @example bytes
                     */
                    "Accept-Ranges"?: string;
                    /**
                     * @description The SHA-256 of the file, in quotes.
                     * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     */
                    ETag?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            410: components["responses"]["gone"];
            416: components["responses"]["range_not_satisfiable"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a request under the same key gives the same job instead of a second one. */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description The job.
                 * @example 1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job waits. */
            202: {
                headers: {
                    /**
                     * @description `true` if the key came before: the job is the first one.
                     * @example true
                     */
                    "Idempotent-Replayed"?: string;
                    /**
                     * @description The job's address.
                     * @example /api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                     */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": null,
                     *       "attempts": 0,
                     *       "bounces": 0,
                     *       "created_at": "2026-09-01T12:00:00.000Z",
                     *       "drains": 0,
                     *       "engine": null,
                     *       "error": null,
                     *       "expires_at": null,
                     *       "failures": 0,
                     *       "finished_at": null,
                     *       "id": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *       "inputs": [
                     *         {
                     *           "bytes": 240512,
                     *           "content_type": "image/png",
                     *           "height": 300,
                     *           "index": 0,
                     *           "orientation": 1,
                     *           "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0",
                     *           "width": 451
                     *         }
                     *       ],
                     *       "losses": 0,
                     *       "outputs": [],
                     *       "params": {
                     *         "cfg_scale": 1,
                     *         "end_image": false,
                     *         "fps": 16,
                     *         "height": 512,
                     *         "num_frames": 81,
                     *         "num_inference_steps": 8,
                     *         "preset": "lightning",
                     *         "prompt": "the cat turns its head",
                     *         "seed": 7,
                     *         "width": 768
                     *       },
                     *       "parent_id": null,
                     *       "priority": "normal",
                     *       "progress": null,
                     *       "queue_position": 1,
                     *       "started_at": null,
                     *       "starts_in_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "status": "queued",
                     *       "timings": null,
                     *       "unservable": null,
                     *       "urls": {
                     *         "cancel": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel",
                     *         "config": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config",
                     *         "events": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events",
                     *         "retry": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry",
                     *         "self": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"
                     *       },
                     *       "version": 1,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            404: components["responses"]["not_found"];
            408: components["responses"]["body_too_slow"];
            409: components["responses"]["not_finished"];
            410: components["responses"]["gone"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["idempotency_key_reused"];
            429: components["responses"]["queue_full.rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "info": {
                     *         "title": "Spool",
                     *         "version": "0.1.0"
                     *       },
                     *       "openapi": "3.1.0",
                     *       "paths": {
                     *         "/healthz": {
                     *           "get": {
                     *             "operationId": "healthz"
                     *           }
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["bad_request"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getQueues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The queues. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "assigned": 0,
                     *       "delayed": 1,
                     *       "items": [
                     *         {
                     *           "agents": 2,
                     *           "classes": [
                     *             {
                     *               "agents": 2,
                     *               "attempt_ms": {
                     *                 "high": 44000,
                     *                 "low": 38000
                     *               },
                     *               "class": "i2v.480p.81.lightning",
                     *               "delayed": 1,
                     *               "depth": {
                     *                 "high": 0,
                     *                 "low": 0,
                     *                 "normal": 3
                     *               },
                     *               "estimated_wait_ms": {
                     *                 "high": 64000,
                     *                 "low": 31000
                     *               },
                     *               "oldest_waiting_ms": 12480,
                     *               "places": {
                     *                 "free": 0,
                     *                 "total": 2
                     *               }
                     *             }
                     *           ],
                     *           "delayed": 1,
                     *           "depth": {
                     *             "high": 0,
                     *             "low": 0,
                     *             "normal": 3
                     *           },
                     *           "estimated_wait_ms": {
                     *             "high": 64000,
                     *             "low": 31000
                     *           },
                     *           "oldest_waiting_ms": 12480,
                     *           "places": {
                     *             "free": 0,
                     *             "total": 2
                     *           },
                     *           "workflow": "i2v"
                     *         }
                     *       ],
                     *       "limit": 10000,
                     *       "running": 2,
                     *       "waiting": 4
                     *     }
                     */
                    "application/json": components["schemas"]["Queues"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who asks. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": true,
                     *       "name": "alice",
                     *       "scopes": [
                     *         "submit"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The key. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "spool_…"
                 *     }
                 */
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description The browser is logged in. */
            200: {
                headers: {
                    /**
                     * @description The login, for this server alone.
                     * @example spool_session=…; HttpOnly; …
                     */
                    "Set-Cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": true,
                     *       "name": "alice",
                     *       "scopes": [
                     *         "submit"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            404: components["responses"]["not_found"];
            408: components["responses"]["body_too_slow"];
            413: components["responses"]["body_too_large"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The login has ended, if there was one. */
            204: {
                headers: {
                    /**
                     * @description Takes the cookie away.
                     * @example spool_session=; Max-Age=0; …
                     */
                    "Set-Cookie"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    submitI2v: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a request under the same key gives the same job instead of a second one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The parameters, with pictures as base64 text or as files. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "input_image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mO4kGAAAANkAWGWlShFAAAAAElFTkSuQmCC",
                 *       "num_frames": 49,
                 *       "prompt": "slow zoom in",
                 *       "seed": 7
                 *     }
                 */
                "application/json": components["schemas"]["I2vRequest"];
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The last frame of the video.
                     */
                    end_image?: string;
                    /**
                     * Format: binary
                     * @description The first frame of the video.
                     */
                    input_image?: string;
                    /** @description The parameters of I2vRequest, `priority` and `parent_id` included. Pictures may stand here, too. */
                    params?: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description The job waits. */
            202: {
                headers: {
                    /**
                     * @description `true` if the key came before: the job is the first one.
                     * @example true
                     */
                    "Idempotent-Replayed"?: string;
                    /**
                     * @description The job's address.
                     * @example /api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                     */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": null,
                     *       "attempts": 0,
                     *       "bounces": 0,
                     *       "created_at": "2026-09-01T12:00:00.000Z",
                     *       "drains": 0,
                     *       "engine": null,
                     *       "error": null,
                     *       "expires_at": null,
                     *       "failures": 0,
                     *       "finished_at": null,
                     *       "id": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *       "inputs": [
                     *         {
                     *           "bytes": 240512,
                     *           "content_type": "image/png",
                     *           "height": 300,
                     *           "index": 0,
                     *           "orientation": 1,
                     *           "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0",
                     *           "width": 451
                     *         }
                     *       ],
                     *       "losses": 0,
                     *       "outputs": [],
                     *       "params": {
                     *         "cfg_scale": 1,
                     *         "end_image": false,
                     *         "fps": 16,
                     *         "height": 512,
                     *         "num_frames": 81,
                     *         "num_inference_steps": 8,
                     *         "preset": "lightning",
                     *         "prompt": "the cat turns its head",
                     *         "seed": 7,
                     *         "width": 768
                     *       },
                     *       "parent_id": null,
                     *       "priority": "normal",
                     *       "progress": null,
                     *       "queue_position": 1,
                     *       "started_at": null,
                     *       "starts_in_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "status": "queued",
                     *       "timings": null,
                     *       "unservable": null,
                     *       "urls": {
                     *         "cancel": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel",
                     *         "config": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config",
                     *         "events": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events",
                     *         "retry": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry",
                     *         "self": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"
                     *       },
                     *       "version": 1,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            408: components["responses"]["body_too_slow"];
            410: components["responses"]["gone"];
            413: components["responses"]["body_too_large.image_too_large"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["idempotency_key_reused.image_unreadable.validation_failed"];
            429: components["responses"]["queue_full.rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    getI2vOutlook: {
        parameters: {
            query?: {
                /** @description lightning needs few steps; quality follows the base model's own schedule and takes far longer. */
                preset?: "lightning" | "quality";
                /** @description Pixels. Follows the first picture when width and height are absent. */
                width?: number;
                /** @description Pixels. Follows the first picture when width and height are absent. */
                height?: number;
                /** @description Length in frames: 4n + 1. 81 frames at 16 a second last five seconds. */
                num_frames?: 5 | 9 | 13 | 17 | 21 | 25 | 29 | 33 | 37 | 41 | 45 | 49 | 53 | 57 | 61 | 65 | 69 | 73 | 77 | 81 | 85 | 89 | 93 | 97 | 101 | 105 | 109 | 113 | 117 | 121 | 125 | 129 | 133 | 137 | 141 | 145 | 149 | 153 | 157 | 161;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outlook; the example is one of i2v. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "attempt_ms": {
                     *         "high": 44000,
                     *         "low": 38000
                     *       },
                     *       "class": "i2v.480p.81.lightning",
                     *       "unservable": null,
                     *       "wait_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "waiting": 3,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Outlook"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    submitQwen: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a request under the same key gives the same job instead of a second one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The parameters, with pictures as base64 text or as files. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "edit_image": [
                 *         "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mO4kGAAAANkAWGWlShFAAAAAElFTkSuQmCC"
                 *       ],
                 *       "prompt": "make it grayscale"
                 *     }
                 */
                "application/json": components["schemas"]["QwenRequest"];
                "multipart/form-data": {
                    edit_image?: string[];
                    /** @description The parameters of QwenRequest, `priority` and `parent_id` included. Pictures may stand here, too. */
                    params?: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description The job waits. */
            202: {
                headers: {
                    /**
                     * @description `true` if the key came before: the job is the first one.
                     * @example true
                     */
                    "Idempotent-Replayed"?: string;
                    /**
                     * @description The job's address.
                     * @example /api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                     */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": null,
                     *       "attempts": 0,
                     *       "bounces": 0,
                     *       "created_at": "2026-09-01T12:00:00.000Z",
                     *       "drains": 0,
                     *       "engine": null,
                     *       "error": null,
                     *       "expires_at": null,
                     *       "failures": 0,
                     *       "finished_at": null,
                     *       "id": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *       "inputs": [
                     *         {
                     *           "bytes": 240512,
                     *           "content_type": "image/png",
                     *           "height": 300,
                     *           "index": 0,
                     *           "orientation": 1,
                     *           "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0",
                     *           "width": 451
                     *         }
                     *       ],
                     *       "losses": 0,
                     *       "outputs": [],
                     *       "params": {
                     *         "cfg_scale": 1,
                     *         "end_image": false,
                     *         "fps": 16,
                     *         "height": 512,
                     *         "num_frames": 81,
                     *         "num_inference_steps": 8,
                     *         "preset": "lightning",
                     *         "prompt": "the cat turns its head",
                     *         "seed": 7,
                     *         "width": 768
                     *       },
                     *       "parent_id": null,
                     *       "priority": "normal",
                     *       "progress": null,
                     *       "queue_position": 1,
                     *       "started_at": null,
                     *       "starts_in_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "status": "queued",
                     *       "timings": null,
                     *       "unservable": null,
                     *       "urls": {
                     *         "cancel": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel",
                     *         "config": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config",
                     *         "events": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events",
                     *         "retry": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry",
                     *         "self": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"
                     *       },
                     *       "version": 1,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            408: components["responses"]["body_too_slow"];
            410: components["responses"]["gone"];
            413: components["responses"]["body_too_large.image_too_large"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["idempotency_key_reused.image_unreadable.validation_failed"];
            429: components["responses"]["queue_full.rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    getQwenOutlook: {
        parameters: {
            query?: {
                /** @description The checkpoint of Qwen-Image-Edit; edit is the first one. */
                model?: "2511" | "2509" | "edit";
                /** @description lightning needs few steps; quality follows the base model's own schedule and takes far longer. */
                preset?: "lightning" | "quality";
                /** @description Pixels. Follows the first picture when width and height are absent. */
                width?: number;
                /** @description Pixels. Follows the first picture when width and height are absent. */
                height?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outlook; the example is one of i2v. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "attempt_ms": {
                     *         "high": 44000,
                     *         "low": 38000
                     *       },
                     *       "class": "i2v.480p.81.lightning",
                     *       "unservable": null,
                     *       "wait_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "waiting": 3,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Outlook"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    submitUpscale: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating a request under the same key gives the same job instead of a second one. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The parameters, with pictures as base64 text or as files. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "input_image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mO4kGAAAANkAWGWlShFAAAAAElFTkSuQmCC",
                 *       "scale": 4
                 *     }
                 */
                "application/json": components["schemas"]["UpscaleRequest"];
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The picture to enlarge.
                     */
                    input_image?: string;
                    /** @description The parameters of UpscaleRequest, `priority` and `parent_id` included. Pictures may stand here, too. */
                    params?: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description The job waits. */
            202: {
                headers: {
                    /**
                     * @description `true` if the key came before: the job is the first one.
                     * @example true
                     */
                    "Idempotent-Replayed"?: string;
                    /**
                     * @description The job's address.
                     * @example /api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00
                     */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": null,
                     *       "attempts": 0,
                     *       "bounces": 0,
                     *       "created_at": "2026-09-01T12:00:00.000Z",
                     *       "drains": 0,
                     *       "engine": null,
                     *       "error": null,
                     *       "expires_at": null,
                     *       "failures": 0,
                     *       "finished_at": null,
                     *       "id": "1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00",
                     *       "inputs": [
                     *         {
                     *           "bytes": 240512,
                     *           "content_type": "image/png",
                     *           "height": 300,
                     *           "index": 0,
                     *           "orientation": 1,
                     *           "url": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/inputs/0",
                     *           "width": 451
                     *         }
                     *       ],
                     *       "losses": 0,
                     *       "outputs": [],
                     *       "params": {
                     *         "cfg_scale": 1,
                     *         "end_image": false,
                     *         "fps": 16,
                     *         "height": 512,
                     *         "num_frames": 81,
                     *         "num_inference_steps": 8,
                     *         "preset": "lightning",
                     *         "prompt": "the cat turns its head",
                     *         "seed": 7,
                     *         "width": 768
                     *       },
                     *       "parent_id": null,
                     *       "priority": "normal",
                     *       "progress": null,
                     *       "queue_position": 1,
                     *       "started_at": null,
                     *       "starts_in_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "status": "queued",
                     *       "timings": null,
                     *       "unservable": null,
                     *       "urls": {
                     *         "cancel": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/cancel",
                     *         "config": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/config",
                     *         "events": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/events",
                     *         "retry": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00/retry",
                     *         "self": "/api/jobs/1f0d7c52-8e1b-8a94-b3c5-6d2e4f7a9b00"
                     *       },
                     *       "version": 1,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["bad_request.malformed_body"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            408: components["responses"]["body_too_slow"];
            410: components["responses"]["gone"];
            413: components["responses"]["body_too_large.image_too_large"];
            415: components["responses"]["unsupported_media_type"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["idempotency_key_reused.image_unreadable.validation_failed"];
            429: components["responses"]["queue_full.rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
            507: components["responses"]["storage_full"];
        };
    };
    getUpscaleOutlook: {
        parameters: {
            query?: {
                /** @description How many times wider and higher. The result may have 40 megapixels and 8192 pixels a side. */
                scale?: 2 | 4;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The outlook; the example is one of i2v. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "attempt_ms": {
                     *         "high": 44000,
                     *         "low": 38000
                     *       },
                     *       "class": "i2v.480p.81.lightning",
                     *       "unservable": null,
                     *       "wait_ms": {
                     *         "high": 64000,
                     *         "low": 31000
                     *       },
                     *       "waiting": 3,
                     *       "workflow": "i2v"
                     *     }
                     */
                    "application/json": components["schemas"]["Outlook"];
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            422: components["responses"]["validation_failed"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    followAll: {
        parameters: {
            query?: never;
            header?: {
                /** @description Of the WebSocket handshake (RFC 6455). */
                Upgrade?: "websocket";
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The protocol changes to WebSocket. */
            101: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["bad_request"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["bad_request"];
            401: components["responses"]["unauthorized"];
            403: components["responses"]["forbidden.origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "position": "5b1cbb64-0f6f-4f3e-9a37-4c86d4a6d0f2:1042",
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["bad_request"];
            403: components["responses"]["origin_refused"];
            421: components["responses"]["host_refused"];
            500: components["responses"]["internal"];
            503: components["responses"]["session_reset.unavailable"];
        };
    };
}
