using System.Globalization;

namespace Crescent.Api.Auditing;

/// <summary>The file events go to. When it is full it is renamed after the time, and the oldest ones of its kind go.</summary>
internal sealed class AuditFile(AuditOptions options, TimeProvider time)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH-mm-ss.fff";

    /// <summary>Opened for each batch, so that a file that was renamed away is followed by a new one.</summary>
    public async Task AppendAsync(IEnumerable<byte[]> lines)
    {
        var file = Open();
        try
        {
            foreach (var line in lines)
            {
                if (options.MaxFileBytes > 0 && file.Length > 0 && file.Length + line.Length > options.MaxFileBytes)
                {
                    await file.DisposeAsync();
                    Rotate();
                    file = Open();
                }

                await file.WriteAsync(line, CancellationToken.None);
            }
        }
        finally
        {
            await file.DisposeAsync();
        }
    }

    private FileStream Open() => new(options.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    private void Rotate()
    {
        var (stem, extension) = Parts();
        var now = time.GetUtcNow();
        var target = $"{stem}-{now.ToString(TimeFormat, CultureInfo.InvariantCulture)}{extension}";
        for (var turn = 1; File.Exists(target); turn++)
        {
            target = $"{stem}-{now.AddMilliseconds(turn).ToString(TimeFormat, CultureInfo.InvariantCulture)}{extension}";
        }

        File.Move(options.LogFile, target);
        var backups = Backups().OrderByDescending(static item => item.At).ToList();
        var outdated = backups.Where((item, index) =>
            (options.MaxBackups > 0 && index >= options.MaxBackups) || (options.MaxAge > TimeSpan.Zero && item.At < now - options.MaxAge));
        foreach (var (path, _) in outdated)
        {
            File.Delete(path);
        }
    }

    // What only looks similar is somebody else's.
    private IEnumerable<(string Path, DateTimeOffset At)> Backups()
    {
        var (stem, extension) = Parts();
        var prefix = Path.GetFileName(stem) + "-";
        var directory = Path.GetDirectoryName(Path.GetFullPath(options.LogFile))!;
        foreach (var path in Directory.EnumerateFiles(directory, $"{prefix}*{extension}"))
        {
            var name = Path.GetFileName(path);
            if (DateTimeOffset.TryParseExact(
                name[prefix.Length..(name.Length - extension.Length)], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                yield return (path, at);
            }
        }
    }

    private (string Stem, string Extension) Parts()
    {
        var extension = Path.GetExtension(options.LogFile);
        return (options.LogFile[..(options.LogFile.Length - extension.Length)], extension);
    }
}
