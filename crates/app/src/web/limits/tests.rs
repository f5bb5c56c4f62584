use super::*;
use jiff::SignedDuration;

const SETTINGS: BucketSettings = BucketSettings {
    global_rate: 10,
    global_burst: 50,
    staff_reserve: 20,
    network_rate: 1,
    network_burst: 5,
    networks: 3,
};

fn taken(buckets: &Buckets, caller: Caller, now: Timestamp) -> (usize, Full) {
    for count in 0..10_000 {
        if let Err(full) = buckets.take(caller, now) {
            return (count, full);
        }
    }
    panic!("the bucket has no bottom");
}

fn v4(last: u8) -> Network {
    Network::of(IpAddr::from([192, 0, last, 77]))
}

#[test]
fn one_network_cannot_use_up_the_others() {
    let start = Timestamp::UNIX_EPOCH;
    let buckets = Buckets::new(SETTINGS, start);
    assert_eq!(
        taken(&buckets, Caller::Public(v4(1)), start),
        (5, Full { retry_after: 1 })
    );
    assert_eq!(taken(&buckets, Caller::Public(v4(2)), start).0, 5);
    let later = start + SignedDuration::from_secs(3);
    assert_eq!(taken(&buckets, Caller::Public(v4(1)), later).0, 3);
}

#[test]
fn staff_keep_a_reserve_and_an_empty_bucket_says_when() {
    let start = Timestamp::UNIX_EPOCH;
    let buckets = Buckets::new(SETTINGS, start);
    assert_eq!(
        taken(&buckets, Caller::Public(Network::Unknown), start).0,
        30
    );
    assert_eq!(taken(&buckets, Caller::Staff, start).0, 20);
    // Empty: the public waits until the reserve is full again, and one token more.
    assert_eq!(
        taken(&buckets, Caller::Public(Network::Unknown), start),
        (0, Full { retry_after: 3 })
    );
    assert_eq!(
        taken(&buckets, Caller::Staff, start),
        (0, Full { retry_after: 1 })
    );
    let later = start + SignedDuration::from_secs(3);
    assert_eq!(
        taken(&buckets, Caller::Public(Network::Unknown), later).0,
        10
    );
}

#[test]
fn behind_loopback_a_hundred_posts_a_second_are_taken_for_ever() {
    let mut now = Timestamp::UNIX_EPOCH;
    let buckets = Buckets::new(BucketSettings::default(), now);
    for _ in 0..60 {
        now += SignedDuration::from_secs(1);
        for _ in 0..100 {
            buckets
                .take(
                    Caller::Public(Network::of(IpAddr::from([127, 0, 0, 1]))),
                    now,
                )
                .unwrap();
        }
    }
}

#[test]
fn memory_is_bounded_and_idle_networks_are_forgotten() {
    let start = Timestamp::UNIX_EPOCH;
    let settings = BucketSettings {
        global_burst: 1_000,
        ..SETTINGS
    };
    let buckets = Buckets::new(settings, start);
    for last in 0..200 {
        buckets.take(Caller::Public(v4(last)), start).unwrap();
    }
    assert_eq!(buckets.levels.lock().unwrap().networks.len(), 3);
    buckets
        .take(
            Caller::Public(v4(250)),
            start + SignedDuration::from_secs(60),
        )
        .unwrap();
    assert_eq!(buckets.levels.lock().unwrap().networks.len(), 1);
}

#[test]
fn a_clock_that_steps_back_gives_nothing() {
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(100);
    let buckets = Buckets::new(SETTINGS, start);
    taken(&buckets, Caller::Staff, start);
    assert!(buckets.take(Caller::Staff, Timestamp::UNIX_EPOCH).is_err());
    assert!(buckets.take(Caller::Staff, start).is_err());
}

#[test]
fn only_a_trusted_proxy_is_believed() {
    let trusted: Vec<TrustedProxy> = ["127.0.0.1", "10.0.0.0/8", "fd00::/16"]
        .iter()
        .map(|t| t.parse().unwrap())
        .collect();
    let of = |peer: &str, forwarded: &[&str], trusted: &[TrustedProxy]| {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        network_of(Some(peer.parse().unwrap()), &headers, trusted)
    };
    let net = |a: &str| Network::of(a.parse().unwrap());
    assert_eq!(
        of("198.51.100.9", &["203.0.113.5"], &trusted),
        net("198.51.100.1")
    );
    assert_eq!(
        of("127.0.0.1", &["203.0.113.5"], &trusted),
        net("203.0.113.200")
    );
    assert_eq!(
        of("127.0.0.1", &["1.2.3.4, 203.0.113.5, 10.9.9.9"], &trusted),
        net("203.0.113.1")
    );
    assert_eq!(
        of("127.0.0.1", &["1.2.3.4", "203.0.113.5"], &trusted),
        net("203.0.113.1")
    );
    assert_eq!(
        of("127.0.0.1", &["203.0.113.5, nonsense"], &trusted),
        Network::Unknown
    );
    assert_eq!(of("127.0.0.1", &[], &trusted), Network::Unknown);
    assert_eq!(of("127.0.0.1", &["203.0.113.5"], &[]), Network::Unknown);
    assert_eq!(
        of("::ffff:10.1.2.3", &["2001:db8:1:2::3"], &trusted),
        net("2001:db8:1:ffff::1")
    );
    assert_ne!(net("2001:db8:1::"), net("2001:db8:2::"));
    assert!(
        "10.0.0.0/33".parse::<TrustedProxy>().is_err() && "proxy".parse::<TrustedProxy>().is_err()
    );
}
