//! What the browser may load and run, told with the page and with each file.

/// For the page. Scripts come from files of the server alone.
///
/// Styles may stand in the page, too: the library behind menus and dialogs writes one with the width of the scroll
/// bar, which nobody knows before, so no hash fits it; a nonce would have to be new in each answer, and a page that
/// the browser has already keeps its old one. A style runs nothing, and what it could load is limited as well.
///
/// `'self'` covers the socket (Content Security Policy 3; Chromium since 71, Safari since 16). Nothing here asks for
/// TLS: in a network of one's own the studio is served without.
pub(super) const OF_THE_PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// For a file, should somebody open it by itself: pictures made of lines have their colours as styles.
pub(super) const OF_FILES: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
