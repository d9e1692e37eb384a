//! `rolo config`: prints the settings in force and where each value comes from.

use std::process::ExitCode;

use clap::Args;
use toml::Value;

use super::printer::Printer;
use crate::config::{Config, DEFAULTS, Source, without_password};
use crate::model::Result;

#[derive(Debug, Args)]
pub struct ShowConfig {
    /// Print the commented defaults instead, to start a file of your own from
    #[arg(long)]
    defaults: bool,
}

impl ShowConfig {
    pub fn run(self, config: &Config, printer: &mut Printer) -> Result<ExitCode> {
        if self.defaults {
            printer.line(DEFAULTS.trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        let mut current = "";
        for (setting, value, source) in &config.origins {
            let (section, name) = setting.split_once('.').unwrap_or(("", setting));
            if section != current {
                let blank = if current.is_empty() { "" } else { "\n" };
                printer.line(format!("{blank}[{section}]"));
                current = section;
            }
            let shown = shown(setting, value);
            let shown = format!("{name} = {shown}");
            let meaning = meaning(config, setting, source)?;
            printer.line(format!("{shown:<48} # {meaning}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shown(setting: &str, value: &Value) -> String {
    match value {
        Value::String(text) if setting == "database.url" => Value::String(without_password(text)).to_string(),
        other => other.to_string(),
    }
}

/// Where the value came from, and what an empty one comes to.
fn meaning(config: &Config, setting: &str, source: &Source) -> Result<String> {
    let settings = &config.settings;
    let resolved = match setting {
        "database.url" if settings.database.url.is_empty() => settings.store()?.url,
        "database.data_dir" if settings.database.data_dir.is_empty() => {
            settings.data_dir()?.to_string_lossy().into_owned()
        }
        _ => return Ok(source.to_string()),
    };
    Ok(format!("{source}: {resolved}"))
}
