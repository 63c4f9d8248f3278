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
    })?;
    let address = server.address();
    output::print(&format!("http://{address}/\n"))?;
    if !address.ip().is_loopback() {
        output::note("note: this address can be reached from other machines");
    }
    output::note("Ctrl-C stops");
    server.run()?;
    Ok(())
}
