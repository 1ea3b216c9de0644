using Crescent.NodeAgent.Images;
using Crescent.NodeAgent.Pods.Variables;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.NodeAgent.Volumes;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodContentTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)-$(B)", "1-2")]
    [InlineData("$(MISSING)", "$(MISSING)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$A $", "$A $")]
    [InlineData("$(A", "$(A")]
    public void Expand_Text_ReplacesKnownNames(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }));

    [Theory]
    [InlineData("nginx", "nginx", "latest", "docker.io")]
    [InlineData("library/nginx:1.25", "library/nginx", "1.25", "docker.io")]
    [InlineData("crescent.local/web:2", "crescent.local/web", "2", "crescent.local")]
    [InlineData("localhost:5000/a/b", "localhost:5000/a/b", "latest", "localhost:5000")]
    public void ImageReference_Valid_IsTakenApart(string text, string repository, string tag, string registry)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal((repository, tag, registry), (reference.Repository, reference.Tag, reference.Registry));
    }

    [Theory]
    [InlineData("")]
    [InlineData("some/Case:x")]
    [InlineData("a//b")]
    [InlineData("name:tag:tag")]
    public void ImageReference_Invalid_IsRefused(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Fact]
    public void AtomicDirectory_NewContents_SwapsAllFiles()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("links need a right there");
        }

        var path = Directory.CreateTempSubdirectory("crescent-volume-").FullName;
        try
        {
            var directory = new AtomicDirectory(path, TimeProvider.System);
            Assert.True(directory.Write([new("a", "1"u8.ToArray(), 0b110_100_100), new("deep/b", "2"u8.ToArray(), 0b100_000_000)]));
            Assert.False(directory.Write([new("a", "1"u8.ToArray(), 0b110_100_100), new("deep/b", "2"u8.ToArray(), 0b100_000_000)]));
            Assert.Equal("2", File.ReadAllText(Path.Combine(path, "deep", "b")));

            Assert.True(directory.Write([new("a", "3"u8.ToArray(), 0b110_100_100)]));
            Assert.Equal("3", File.ReadAllText(Path.Combine(path, "a")));
            Assert.False(Path.Exists(Path.Combine(path, "deep")));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Theory]
    [InlineData("amd64", 62)]
    [InlineData("arm64", 183)]
    public void PauseProgram_Architecture_IsAnElfFile(string architecture, byte machine)
    {
        var file = PauseProgram.Build(architecture);
        Assert.Equal([0x7F, (byte)'E', (byte)'L', (byte)'F'], file[..4]);
        Assert.Equal(machine, file[18]);
        Assert.True(file.Length < 512);
    }
}
