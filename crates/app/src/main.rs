//! `vulnerary`: see `cli`.

fn main() -> std::process::ExitCode {
    vulnerary::cli::main()
}
