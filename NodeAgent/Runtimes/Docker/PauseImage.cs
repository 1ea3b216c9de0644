using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Crescent.NodeAgent.Runtimes.Docker;

/// <summary>The agent's own sandbox image: one file, imported into the engine when it is missing.</summary>
internal static class PauseImage
{
    public const string Name = "crescent/pause:1";

    public static async Task ImportAsync(IDockerClient engine, string architecture, CancellationToken cancellationToken = default)
    {
        using var tar = Archive(PauseProgram.Build(architecture));
        await engine.Images.CreateImageAsync(
            new ImagesCreateParameters
            {
                FromSrc = "-",
                Repo = Name[..Name.IndexOf(':', StringComparison.Ordinal)],
                Tag = Name[(Name.IndexOf(':', StringComparison.Ordinal) + 1)..],
                Message = "sandbox of Crescent pods",
                Changes = ["ENTRYPOINT [\"/pause\"]"],
            },
            tar,
            null,
            IgnoredProgress.Instance,
            cancellationToken);
    }

    private static MemoryStream Archive(byte[] program)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            using var data = new MemoryStream(program);
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "pause")
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute |
                    UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                DataStream = data,
            });
        }

        stream.Position = 0;
        return stream;
    }

    private sealed class IgnoredProgress : IProgress<JSONMessage>
    {
        public static IgnoredProgress Instance { get; } = new();

        public void Report(JSONMessage value)
        {
        }
    }
}
