//! `comity serve`: the local page.

use super::args::ServeArgs;
use super::{Done, output};
use crate::web::{Options, Server};

/// Does it.
pub fn serve(args: &ServeArgs) -> Done {
    let server = Server::bind(&Options {
        host: args.host,
        port: args.port,
        scenarios: args.scenarios.clone(),
        sandbox: args.sandbox,
    })?;
    output::print(&format!("{}\n", server.page()))?;
    if !server.address().ip().is_loopback() {
        output::note(
            "note: whoever has this address, with its token, can use the page from other \
             machines; it crosses the network unencrypted",
        );
    }
    output::note("Ctrl-C stops");
    server.run()?;
    Ok(())
}
