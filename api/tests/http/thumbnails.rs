//! Small copies of pictures, and the newest preview of a job at work.

use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgba, RgbaImage};
use insta::assert_snapshot;
use reqwest::Response;
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    world::{World, base64, picture, png, problem, turned_jpeg},
};

async fn upscale(world: &World, file: &[u8]) -> Value {
    let body = json!({"input_image": base64(file)});
    world.post("/api/workflows/upscale", &body).await.json().await.unwrap()
}

fn thumbnail_of(view: &Value, query: &str) -> String {
    format!("{}/thumbnail{query}", view["url"].as_str().unwrap())
}

async fn decoded(response: Response, content_type: &str) -> DynamicImage {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], content_type);
    image::load_from_memory(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_thumbnail_is_upright_and_no_larger_than_asked() {
    let world = World::start().await;
    let job = upscale(&world, &turned_jpeg(1_500, 1_000, 6)).await;
    for (query, size) in
        [("", (341, 512)), ("?size=256", (171, 256)), ("?size=512", (341, 512)), ("?size=1024", (683, 1024))]
    {
        let response = world.get(&thumbnail_of(&job["inputs"][0], query)).await;
        assert_eq!(decoded(response, "image/jpeg").await.dimensions(), size, "{query}");
    }
    let small = upscale(&world, &png(20, 10)).await;
    let response = world.get(&thumbnail_of(&small["inputs"][0], "")).await;
    assert_eq!(decoded(response, "image/jpeg").await.dimensions(), (20, 10), "nothing is enlarged");
    for (query, refused) in [
        (
            "?size=300",
            "422 validation_failed: size must be one of 256, 512, 1024\n/size: size must be one of 256, 512, 1024",
        ),
        (
            "?size=-1",
            "422 validation_failed: size must be one of 256, 512, 1024\n/size: size must be one of 256, 512, 1024",
        ),
        (
            "?width=3",
            "422 validation_failed: a thumbnail has only the parameters size and download\n/width: a thumbnail has only the parameters size and download",
        ),
    ] {
        assert_eq!(problem(world.get(&thumbnail_of(&job["inputs"][0], query)).await).await, refused);
    }
}

#[tokio::test]
async fn what_is_transparent_stays_so() {
    let world = World::start().await;
    let glass = RgbaImage::from_fn(600, 600, |x, _| Rgba([200, 30, 30, if x < 300 { 0 } else { 255 }]));
    let mut file = std::io::Cursor::new(Vec::new());
    glass.write_to(&mut file, ImageFormat::Png).unwrap();
    let job = upscale(&world, file.get_ref()).await;
    let response = world.get(&thumbnail_of(&job["inputs"][0], "?size=256")).await;
    let small = decoded(response, "image/webp").await.to_rgba8();
    assert_eq!((small.get_pixel(10, 10)[3], small.get_pixel(250, 10)[3]), (0, 255));
    let mut opaque = std::io::Cursor::new(Vec::new());
    RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 255])).write_to(&mut opaque, ImageFormat::Png).unwrap();
    let job = upscale(&world, opaque.get_ref()).await;
    decoded(world.get(&thumbnail_of(&job["inputs"][0], "")).await, "image/jpeg").await;
}

#[tokio::test]
async fn a_thumbnail_is_made_once_and_asked_for_as_any_file() {
    let world = World::start().await;
    let job = upscale(&world, &picture(900, 600, ImageFormat::Jpeg)).await;
    let url = thumbnail_of(&job["inputs"][0], "?size=256");
    let at_once = futures_util::future::join_all((0..8).map(|_| world.get(&url))).await;
    let mut bytes = Vec::new();
    for response in at_once {
        bytes.push(response.bytes().await.unwrap());
    }
    bytes.dedup();
    assert_eq!(bytes.len(), 1);
    let kept = world.folder().join("data/objects/thumbnails");
    let folder = std::fs::read_dir(&kept).unwrap().next().unwrap().unwrap().path();
    let kept = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read(&kept).unwrap(), bytes[0]);
    let first = world.get(&url).await;
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert!(first.headers()["content-disposition"].to_str().unwrap().ends_with("-input-0-256.jpg\""));
    let known = world.request("GET", &url).header("if-none-match", &etag).send().await.unwrap();
    for answer in [&first, &known] {
        assert_eq!(answer.headers()["cache-control"], "private, max-age=3600, immutable");
        assert_eq!(
            answer.headers()["vary"],
            "Cookie, Authorization",
            "who logs out sees nothing that was kept"
        );
    }
    assert_eq!((known.status().as_u16(), known.bytes().await.unwrap().len()), (304, 0));
    let part = world.request("GET", &url).header("range", "bytes=0-2").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap()), (206, bytes[0].slice(0..3)));
    let head = world.request("HEAD", &url).send().await.unwrap();
    assert_eq!(head.headers()["content-length"].to_str().unwrap(), bytes[0].len().to_string());
}

#[tokio::test]
async fn a_video_has_the_thumbnail_of_its_poster() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let early = problem(
        world
            .get(&thumbnail_of(
                &json!({"url": format!("{}/outputs/0", job["urls"]["self"].as_str().unwrap())}),
                "",
            ))
            .await,
    )
    .await;
    assert_snapshot!(early, @"404 not_found: the job has no output 0");
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", &picture(832, 480, ImageFormat::WebP)).await;
    let output = &world.job(&job).await["outputs"][0];
    let poster = world.get(output["poster_url"].as_str().unwrap()).await;
    assert_eq!(poster.headers()["cache-control"], "private, max-age=3600, immutable");
    let response = world.get(&thumbnail_of(output, "")).await;
    assert_eq!(decoded(response, "image/jpeg").await.dimensions(), (512, 295));
    // A poster that is no picture is the agent's fault, and no failure of the server.
    let other = world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    let output = &world.job(&other).await["outputs"][0];
    let refused = problem(world.get(&thumbnail_of(output, "")).await).await;
    assert_snapshot!(refused, @"404 not_found: there is no thumbnail: the file is not a PNG, JPEG or WebP picture; its content counts, not its name");
}

#[tokio::test]
async fn a_file_that_is_too_large_for_a_picture_is_not_even_read() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let lease = agent.starts().await;
    agent.succeeds(&world, &lease, b"video", &png(64, 64)).await;
    let results = world.folder().join("data/objects/results").join(lease.job.to_string());
    let attempt = std::fs::read_dir(results).unwrap().next().unwrap().unwrap().path();
    let poster = std::fs::read_dir(attempt).unwrap().map(|entry| entry.unwrap().path());
    let poster = poster.into_iter().find(|path| path.extension().is_some_and(|is| is == "poster")).unwrap();
    // A hole behind the picture, which no decoder would mind.
    let file = std::fs::File::options().write(true).open(poster).unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    let url = thumbnail_of(&world.job(&job).await["outputs"][0], "");
    assert_snapshot!(problem(world.get(&url).await).await, @"404 not_found: there is no thumbnail: the file has 67108865 bytes, and thumbnails are made of files of at most 67108864");
    file.set_len(64 * 1024 * 1024).unwrap();
    decoded(world.get(&url).await, "image/jpeg").await;
}

#[tokio::test]
async fn only_a_running_job_has_a_preview() {
    let world = World::start().await;
    let mut agent = Agent::connect(&world).await;
    let job = world.submitted().await;
    let url = format!("{}/preview", job["urls"]["self"].as_str().unwrap());
    let lease = agent.starts().await;
    assert_snapshot!(problem(world.get(&url).await).await, @"404 not_found: the job has no preview yet, or none for a while");
    world.app.store.preview(agent.speaker(), &lease, 1, b"RIFFxxxxWEBP first").await.unwrap();
    let first = world.get(&url).await;
    assert_eq!(first.headers()["content-type"], "image/webp");
    assert_eq!(first.headers()["cache-control"], "private, no-cache");
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.bytes().await.unwrap(), "RIFFxxxxWEBP first");
    let again = async || world.request("GET", &url).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!(again().await.status(), 304);
    world.app.store.preview(agent.speaker(), &lease, 2, b"RIFFxxxxWEBP second").await.unwrap();
    assert_eq!(again().await.bytes().await.unwrap(), "RIFFxxxxWEBP second");
    agent.succeeds(&world, &lease, b"video", b"poster").await;
    assert_snapshot!(problem(world.get(&url).await).await, @"404 not_found: the job is succeeded; only a running job has previews");
}
