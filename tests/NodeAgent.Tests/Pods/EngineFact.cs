using System.Runtime.CompilerServices;
using Docker.DotNet;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>A test on the real engine with the sample images; skipped where they are missing, except when CI is set.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> HasEngine = new(Find);

    public EngineFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && !HasEngine.Value)
        {
            Skip = "needs a Docker engine with crescent.local/busybox:1 (samples/images/make.sh)";
        }
    }

    private static bool Find()
    {
        try
        {
            using var client = new DockerClientBuilder().Build();
            client.Images.InspectImageAsync("crescent.local/busybox:1").GetAwaiter().GetResult();
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
