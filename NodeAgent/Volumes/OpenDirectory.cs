namespace Crescent.NodeAgent.Volumes;

/// <summary>Directories that whoever runs in a pod may write to.</summary>
internal static class OpenDirectory
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Everybody = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Makes the directory if it is not there. A parent that is made for it is closed to the host's other users: pods get the directory itself.
    /// </summary>
    public static void Ensure(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(parent) ?? parent);
            Directory.CreateDirectory(parent, Owner);
        }

        Directory.CreateDirectory(path);
        Open(path);
    }

    /// <summary>Lets everybody write to a directory that is there; nothing to do on Windows.</summary>
    public static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Not at its creation: the process' umask would take bits away.
            File.SetUnixFileMode(path, Everybody);
        }
    }
}
