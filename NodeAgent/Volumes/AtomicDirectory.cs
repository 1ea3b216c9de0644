using System.Globalization;
using System.Runtime.InteropServices;

namespace Crescent.NodeAgent.Volumes;

/// <summary>
/// A directory whose files change all at once: they are links into <c>..data</c>, itself a link to a time-stamped directory that is
/// swapped by one rename. Where there are no symbolic links (Windows without the right to make them) files are written one by one.
/// </summary>
/// <param name="path">The directory.</param>
/// <param name="time">Names the fresh contents.</param>
/// <param name="group">Who may read the files besides root, see <see cref="GroupOwnership"/>.</param>
internal sealed partial class AtomicDirectory(string path, TimeProvider time, long? group = null)
{
    private const string DataLink = "..data";
    private const string NewLink = "..data_tmp";

    /// <summary>Makes the directory show exactly these files; true when something changed.</summary>
    public bool Write(IReadOnlyCollection<VolumeFile> files)
    {
        Directory.CreateDirectory(path);
        if (OperatingSystem.IsWindows())
        {
            return WriteInPlace(path, files);
        }

        var link = new FileInfo(Path.Combine(path, DataLink));
        var current = link.LinkTarget is { } target ? Path.Combine(path, target) : null;
        if (current is not null && Holds(current, files))
        {
            return false;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"..{time.GetUtcNow():yyyy_MM_dd_HH_mm_ss}.{Path.GetRandomFileName()[..8]}");
        var fresh = Path.Combine(path, name);
        Directory.CreateDirectory(fresh);
        WriteInPlace(fresh, files);
        if (group is { } owner)
        {
            GroupOwnership.Give(fresh, owner, isReadOnly: true);
        }

        var temporary = Path.Combine(path, NewLink);
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, name);
        Replace(temporary, Path.Combine(path, DataLink));
        LinkNames(files);
        if (current is not null && Directory.Exists(current))
        {
            Directory.Delete(current, recursive: true);
        }

        return true;
    }

    // File.Move follows a link to a directory and does not find it; rename(2) swaps the link itself.
    private static void Replace(string source, string destination)
    {
        if (Rename(source, destination) != 0)
        {
            throw new IOException($"{destination} could not be replaced: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string source, string destination);

    private void LinkNames(IReadOnlyCollection<VolumeFile> files)
    {
        var names = files.Select(static file => file.Path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var visible = Path.Combine(path, name);
            if (!Path.Exists(visible) && new FileInfo(visible).LinkTarget is null)
            {
                File.CreateSymbolicLink(visible, $"{DataLink}/{name}");
            }
        }

        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith("..", StringComparison.Ordinal) && !names.Contains(entry.Name)))
        {
            entry.Delete();
        }
    }

    private static bool Holds(string directory, IReadOnlyCollection<VolumeFile> files)
    {
        if (!Directory.Exists(directory) || Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Length != files.Count)
        {
            return false;
        }

        foreach (var file in files)
        {
            var info = new FileInfo(Path.Combine(directory, file.Path));
            if (!info.Exists || info.Length != file.Content.Length || !File.ReadAllBytes(info.FullName).AsSpan().SequenceEqual(file.Content))
            {
                return false;
            }
        }

        return true;
    }

    private static bool WriteInPlace(string directory, IReadOnlyCollection<VolumeFile> files)
    {
        foreach (var file in files)
        {
            var target = Path.GetFullPath(Path.Combine(directory, file.Path));
            if (!target.StartsWith(Path.GetFullPath(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"the path '{file.Path}' leaves its volume");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, file.Content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, (UnixFileMode)file.Mode);
            }
        }

        return true;
    }
}
