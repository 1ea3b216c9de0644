namespace Crescent.Chaos.Faults;

/// <summary>A file system small enough to be filled (a tmpfs mounted over the home's parent by whoever starts the run).</summary>
internal static class SmallDisk
{
    private const long SmallEnough = 512L * 1024 * 1024;

    /// <summary>Mounts one; undone with <see cref="UnmountAsync"/>.</summary>
    public static Task MountAsync(string directory, int megabytes)
    {
        Directory.CreateDirectory(directory);
        return Clusters.Shell.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory);
    }

    public static Task UnmountAsync(string directory) => Clusters.Shell.RunAsync("umount", "-l", directory);

    public static bool IsUnder(string directory) => new DriveInfo(directory).TotalSize <= SmallEnough;

    /// <summary>Takes all the room there is, until disposed.</summary>
    public static IDisposable Fill(string directory)
    {
        var path = Path.Combine(directory, "ballast");
        var chunk = new byte[64 * 1024];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = chunk.Length; size >= 512; size /= 2)
        {
            try
            {
                while (true)
                {
                    file.Write(chunk, 0, size);
                }
            }
            catch (IOException)
            {
                // Full; smaller pieces may still fit.
            }
        }

        return new Ballast(path);
    }

    private sealed class Ballast(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
