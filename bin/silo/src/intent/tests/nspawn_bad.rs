//! Files of `nspawn` that are refused, and the exact text of the refusal.

use crate::testing::{FakeWorld, request, slashed};

fn refused(config: &str) -> String {
    let world = FakeWorld::root().file("/cwd/config.json", config);
    match request("nspawn", &world) {
        Err(error) => error,
        Ok(_) => panic!("{config} is not refused"),
    }
}

/// Keys beside a program that needs nothing else.
fn check(table: &[(&str, &str)]) {
    for (keys, expected) in table {
        let config = format!("{{\"process_executable\": \"/bin/true\", {keys}}}");
        assert_eq!(refused(&config), slashed(&format!("config.json: {expected}")), "{keys}");
    }
}

#[test]
fn whole_files() {
    for (config, expected) in [
        ("", "config.json: EOF while parsing a value at line 1 column 0"),
        ("{", "config.json: EOF while parsing an object at line 1 column 1"),
        (
            "[]",
            "config.json: invalid type: sequence, expected an object with keys such as \"process_executable\" at line 1 column 0",
        ),
        ("{} x", "config.json: trailing characters at line 1 column 4"),
        ("{}", "config.json: process_executable: it is missing; it names the program to run"),
        (
            r#"{"process_executable": "a.exe"}"#,
            "config.json: process_executable: \"a.exe\" is relative, which needs a process_directory",
        ),
    ] {
        assert_eq!(refused(config), expected, "{config}");
    }
    let missing = request("nspawn", &FakeWorld::root()).unwrap_err();
    assert_eq!(missing, "--config: /cwd/config.json does not exist");
    let missing = request("nspawn -c /etc/other.json", &FakeWorld::root()).unwrap_err();
    assert_eq!(missing, "--config: /etc/other.json does not exist");
}

#[test]
fn keys() {
    check(&[
        (r#""proces_directory": "/app""#, "unknown key \"proces_directory\"; did you mean \"process_directory\"?"),
        (r#""max_ram": 1"#, "unknown key \"max_ram\"; did you mean \"max_ram_mb\"?"),
        (r#""Hostname": "a""#, "unknown key \"Hostname\"; did you mean \"hostname\"?"),
        (r#""qqqqqqqqqqqqqqqqqqqqqqq": 1"#, "unknown key \"qqqqqqqqqqqqqqqqqqqqqqq\""),
        (r#""hostname": "a", "hostname": "b""#, "key \"hostname\" is given twice"),
    ]);
}

#[test]
fn types() {
    check(&[
        (r#""process_directory": 1"#, "process_directory: expected a text, found 1"),
        (r#""process_directory": null"#, "process_directory: expected a text, found null"),
        (r#""process_arguments": "a b""#, "process_arguments: expected a list of texts, found \"a b\""),
        (r#""process_arguments": ["a", 2]"#, "process_arguments[1]: expected a text, found 2"),
        (r#""process_arguments": ["a\u0000"]"#, "process_arguments[0]: a text cannot contain a NUL character"),
        (r#""mapped_directory": ["/x"]"#, "mapped_directory: expected a text, found [\"/x\"]"),
        (r#""max_ram_mb": "512""#, "max_ram_mb: expected a whole number from 0 to 8796093022207, found \"512\""),
        (r#""max_ram_mb": -1"#, "max_ram_mb: expected a whole number from 0 to 8796093022207, found -1"),
        (r#""max_ram_mb": 1.5"#, "max_ram_mb: expected a whole number from 0 to 8796093022207, found 1.5"),
        (r#""cpus_count": 65536"#, "cpus_count: expected a whole number from 0 to 65535, found 65536"),
        (r#""max_cpu_percent": 101"#, "max_cpu_percent: expected a whole number from 0 to 100, found 101"),
        (
            r#""max_storage_iops": true"#,
            "max_storage_iops: expected a whole number from 0 to 18446744073709551615, found true",
        ),
        (
            r#""max_storage_bandwidth_bytes_per_sec": {}"#,
            "max_storage_bandwidth_bytes_per_sec: expected a whole number from 0 to 18446744073709551615, found {}",
        ),
        (
            r#""cpu_affinity_hex": "0xG""#,
            "cpu_affinity_hex: \"0xG\" is not a hexadecimal mask of processors; write for example 0x3",
        ),
        (r#""cpu_affinity_hex": -3"#, "cpu_affinity_hex: expected a hexadecimal mask such as \"0x3\", found -3"),
        (
            r#""environment": "A=1""#,
            "environment: expected an object of variables or a list of NAME=VALUE, found \"A=1\"",
        ),
        (r#""environment": {"A": 1}"#, "environment.A: expected a text, found 1"),
        (r#""environment": {"": "1"}"#, "environment.: a variable needs a name, as NAME=VALUE"),
        (r#""environment": ["A"]"#, "environment[0]: expected NAME=VALUE, found \"A\""),
        (r#""environment": ["=1"]"#, "environment[0]: a variable needs a name, as NAME=VALUE"),
        (r#""read_only": "yes""#, "read_only: expected true or false, found \"yes\""),
        (r#""mounts": {}"#, "mounts: expected a list of mounts, found {}"),
        (r#""mounts": ["/a"]"#, "mounts[0]: expected an object, found \"/a\""),
        (r#""hostname": """#, "hostname: it is empty; leave the key out"),
        (r#""redirect_inside": 1"#, "redirect_inside: expected true or false, found 1"),
        (r#""redirect_inside": true"#, "redirect_inside: it needs a stdout_filename"),
        (
            r#""redirect_inside": true, "stdout_filename": "o", "process_directory": "/app""#,
            "redirect_inside: it has no meaning on Linux: cmd.exe inside a Windows container redirects; leave it out",
        ),
    ]);
    let long = format!(r#"{{"process_executable": ["{}"]}}"#, "é".repeat(100));
    let expected = format!("config.json: process_executable: expected a text, found [\"{}…", "é".repeat(58));
    assert_eq!(refused(&long), expected);
}

#[test]
fn values() {
    check(&[
        (r#""process_directory": "/nowhere""#, "process_directory: /nowhere does not exist"),
        (r#""process_directory": "file""#, "process_directory: /cwd/file is not a folder"),
        (r#""mapped_directory": "/x""#, "mapped_directory: it needs a process_directory"),
        (r#""stdout_filename": "out.txt""#, "stdout_filename: it needs a process_directory"),
        (
            r#""process_directory": "/app", "mapped_directory": "x""#,
            "mapped_directory: \"x\" is not an absolute path inside the container",
        ),
        (
            r#""process_directory": "/app", "mapped_directory": "c:\\""#,
            "mapped_directory: it cannot be the root; name a folder such as /nspawn",
        ),
        (
            r#""process_directory": "/app", "stdout_filename": "../out""#,
            "stdout_filename: \"../out\" is not a file below process_directory",
        ),
        (
            r#""process_directory": "/app", "stdout_filename": "..\\out""#,
            "stdout_filename: \"..\\\\out\" is not a file below process_directory",
        ),
        (
            r#""process_directory": "/app", "stdout_filename": "C:/out""#,
            "stdout_filename: \"C:/out\" is not a file below process_directory",
        ),
        (
            r#""process_directory": "/app", "stdout_filename": "a/""#,
            "stdout_filename: \"a/\" is not a file below process_directory",
        ),
        (r#""parent_layer_directory": "/nowhere""#, "parent_layer_directory: /nowhere does not exist"),
        (r#""parent_layer_directory": "file""#, "parent_layer_directory: /cwd/file is not a folder"),
        (r#""user": "a b""#, "user: \"a b\" is not a user; write USER or USER:GROUP, by name or number"),
        (r#""user": 4294967295"#, "user: 4294967295 is more than the largest id, 4294967294"),
        (r#""hostname": "a b""#, "hostname: \"a b\" is not a host name; use up to 64 of a-z A-Z 0-9 - . _"),
        (r#""network": "nat""#, "network: \"nat\" is neither \"none\" nor \"host\""),
        (r#""isolation": "hyperv""#, "isolation: \"hyperv\" is not available on this host; use \"process\""),
        (r#""isolation": "vm""#, "isolation: \"vm\" is neither \"process\" nor \"hyperv\""),
        (r#""mounts": [{"sourc": "/a"}]"#, "mounts[0]: unknown key \"sourc\"; did you mean \"source\"?"),
        (r#""mounts": [{"source": "/data"}]"#, "mounts[0]: destination: it is missing"),
        (r#""mounts": [{"source": "/no", "destination": "/x"}]"#, "mounts[0]: /no does not exist"),
        (
            r#""mounts": [{"source": "/data", "destination": "x"}]"#,
            "mounts[0]: \"x\" is not an absolute path inside the container",
        ),
        (
            r#""process_directory": "/app", "mounts": [{"source": "/data", "destination": "/nspawn"}]"#,
            "mounts[0]: there is already a mount at /nspawn",
        ),
    ]);
    let outside = refused(r#"{"process_executable": "../sh", "process_directory": "/app"}"#);
    assert_eq!(outside, "config.json: process_executable: \"../sh\" is not below process_directory");
    let world =
        FakeWorld::root().file("/cwd/config.json", r#"{"process_executable": "x", "process_directory": "/app"}"#);
    let option = request("nspawn -D /nowhere", &world).unwrap_err();
    assert_eq!(option, "--directory /nowhere: /nowhere does not exist");
}
