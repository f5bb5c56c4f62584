use super::*;
use crate::demo;
use crate::secrets::password::Passwords;
use std::os::unix::fs::PermissionsExt;

fn mark(lines: &[Line], what: &str) -> Mark {
    let found = lines.iter().find(|l| l.what == what);
    found
        .unwrap_or_else(|| panic!("nothing about {what}: {lines:?}"))
        .mark
}

#[tokio::test]
async fn nothing_is_made_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let lines = examine(Config {
        data: Some(data.clone()),
        ..Config::default()
    })
    .await;
    assert_eq!(mark(&lines, "database"), Mark::Bad);
    assert!(!data.exists(), "looking made {}", data.display());
}

#[tokio::test]
async fn a_new_installation_is_told_what_is_missing_and_a_set_up_one_is_well() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        data: Some(folder.path().join("data")),
        public_url: Some("https://security.example.com".into()),
        ..Config::default()
    };
    let clock = demo::clock();
    let app = App::open_with(config.clone(), clock.clone()).await.unwrap();
    let lines = examine(config.clone()).await;
    for what in [
        "organisation",
        "recovery sheet",
        "intake owner",
        "approvers",
    ] {
        assert_eq!(mark(&lines, what), Mark::Bad, "{what}: {lines:?}");
    }
    let app = app.with_passwords(Passwords::with_cost(64, 1, 2));
    demo::maker::Maker::set_up(&app, clock).await.unwrap();
    let lines = examine(config.clone()).await;
    let not_well: Vec<&Line> = lines.iter().filter(|l| l.mark == Mark::Bad).collect();
    assert!(not_well.is_empty(), "{not_well:?}");
    assert_eq!(mark(&lines, "approvers"), Mark::Ok);
    assert_eq!(mark(&lines, "security.txt"), Mark::Ok);

    let key = config.data().join("keys/master");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        mark(&examine(config.clone()).await, "master key"),
        Mark::Bad
    );
    let open = Config {
        listen: Some("0.0.0.0:80".parse().unwrap()),
        trusted_proxies: vec!["somewhere".into()],
        ..config
    };
    let lines = examine(open).await;
    assert_eq!(mark(&lines, "proxies"), Mark::Bad);
}
