using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Crescent.Api.Hosting;
using Crescent.Api.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Health;

/// <summary><c>/version</c>.</summary>
internal sealed class VersionEndpoint(IOptions<ApiOptions> options)
{
    private readonly byte[] _document = Make(options.Value);

    public Task HandleAsync(HttpContext context) => context.WriteJsonAsync(ResponseFormat.Default with { IsPretty = true }, _document);

    private static byte[] Make(ApiOptions options)
    {
        var parts = options.KubernetesVersion.Split('.');
        var architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            var other => other.ToString().ToLowerInvariant(),
        };
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["major"] = parts[0],
            ["minor"] = parts[1],
            ["gitVersion"] = $"v{options.KubernetesVersion}+{options.BuildMetadata}",
            ["gitCommit"] = Commit(),
            ["gitTreeState"] = "clean",
            ["buildDate"] = "1970-01-01T00:00:00Z",
            ["goVersion"] = "",
            ["compiler"] = RuntimeInformation.FrameworkDescription,
            ["platform"] = $"{system}/{architecture}",
        });
    }

    /// <summary>What the program was built from; zeros when that was no repository.</summary>
    private static string Commit()
    {
        var version = typeof(VersionEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? new('0', 40) : version[(plus + 1)..];
    }
}
