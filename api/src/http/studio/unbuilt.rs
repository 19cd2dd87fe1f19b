//! What stands in the studio's place where it was not built.

use actix_web::{HttpResponse, http::header};

use super::{super::envelope, pages::base};

/// 404: there is no studio, though the API is whole.
pub(super) fn page(path: &str) -> HttpResponse {
    let base = base(path);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Spool</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n</head>\n<body>\n<main>\n\
         <h1>The studio was not built</h1>\n\
         <p>The API works. <code>make setup</code> builds the studio; a server that was built for release must be \
         built again after it.</p>\n\
         <p><a href=\"{base}api/docs\">What the API offers</a></p>\n</main>\n</body>\n</html>\n"
    );
    let mut response = HttpResponse::NotFound();
    envelope::as_it_is(response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).body(html))
}
