//! The images of the open library, for the page: `attachment://localhost/NAME` is the newest version of the image
//! `attachments/NAME`. Nothing else can be asked for, and what is no image of a bearable size is not found.
#![allow(clippy::needless_pass_by_value, reason = "Tauri hands a handler its arguments by value")]

use fonds_app::desk::Desk;
use percent_encoding::percent_decode_str;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

/// The scheme; the window's policy lets it be an image's address and nothing else.
pub const SCHEME: &str = "attachment";

/// Answers beside the main thread: a slow disk never freezes the window.
pub fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn_blocking(move || {
        let path = request.uri().path().trim_start_matches('/');
        let name = percent_decode_str(path).decode_utf8_lossy();
        responder.respond(match app.state::<Desk>().image(&name) {
            Ok(image) => response(StatusCode::OK, image.mime, image.bytes),
            Err(_) => response(StatusCode::NOT_FOUND, "text/plain", vec![]),
        });
    });
}

fn response(status: StatusCode, mime: &str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, mime),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        if let Ok(value) = header::HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
