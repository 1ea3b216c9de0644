using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Operating;

/// <summary>
/// The <c>crescent</c> script on a machine that has only what every Linux has, plus what a test puts there: a PATH of its own and an
/// /etc/os-release of its own. Nothing of the real machine is touched.
/// </summary>
internal sealed class BareMachine : IDisposable
{
    private static readonly string[] Basics =
    [
        "bash", "sh", "env", "cat", "sed", "awk", "grep", "tail", "head", "sort", "tr", "cut", "wc", "ls", "mkdir", "chmod", "chown", "rm", "mv",
        "touch", "find", "basename", "dirname", "readlink", "stat", "sleep", "date", "uname", "xargs", "cksum", "setsid", "tee", "runuser",
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("crescent-bare-").FullName;

    /// <param name="osRelease">Contents of /etc/os-release.</param>
    /// <param name="user">User id the script sees.</param>
    public BareMachine(string osRelease, int user = 0)
    {
        Directory.CreateDirectory(Programs);
        File.WriteAllText(OsRelease, osRelease);
        foreach (var name in Basics)
        {
            var found = new[] { "/usr/bin", "/bin", "/usr/sbin" }.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);
            if (found is not null)
            {
                File.CreateSymbolicLink(Path.Combine(Programs, name), found);
            }
        }

        Put("id", $"echo {user}");
    }

    /// <summary>A home directory that does not exist yet.</summary>
    public string Home => Path.Combine(_root, "home");

    private string Programs => Path.Combine(_root, "bin");

    private string OsRelease => Path.Combine(_root, "os-release");

    /// <summary>Puts a program there; <paramref name="script"/> is what it does.</summary>
    public void Put(string name, string script)
    {
        var path = Path.Combine(Programs, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What the programs that were put there wrote down with <c>&gt;&gt; "$NOTES"</c>.</summary>
    public string Notes => File.Exists(NotesFile) ? File.ReadAllText(NotesFile) : "";

    public Task<ShellResult> RunAsync(params string[] arguments) => Shell.RunAsync(
        Path.Combine(Programs, "bash"),
        [Repository.Script, .. arguments],
        environment: new Dictionary<string, string>
        {
            ["PATH"] = Programs, ["HOME"] = _root, ["CRESCENT_OS_RELEASE"] = OsRelease, ["CRESCENT_HOME"] = Home, ["NOTES"] = NotesFile,
            ["DOCKER_HOST"] = "",
        });

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string NotesFile => Path.Combine(_root, "notes");
}
