using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Hosting;

namespace Crescent.NodeAgent.Registration;

/// <summary>Builds the Node object an agent registers with. Pure, but for asking the runtime what machine this is.</summary>
internal static class NodeObject
{
    /// <param name="options">Name, labels, taints, port.</param>
    /// <param name="status">As from <see cref="Stats.INodeStatusSource"/>; becomes part of the result.</param>
    /// <param name="hostName">The machine's own name.</param>
    /// <param name="address">The node's InternalIP.</param>
    public static JsonObject Build(AgentOptions options, JsonObject status, string hostName, IPAddress address)
    {
        // Pods choose nodes by these, and pods run where the engine is: a Windows agent on a Linux engine makes a Linux node.
        var os = (string?)status["nodeInfo"]?["operatingSystem"] ?? (OperatingSystem.IsWindows() ? "windows" : "linux");
        var architecture = (string?)status["nodeInfo"]?["architecture"] ?? RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        var labels = new JsonObject
        {
            ["beta.kubernetes.io/arch"] = architecture,
            ["beta.kubernetes.io/os"] = os,
            ["kubernetes.io/arch"] = architecture,
            ["kubernetes.io/hostname"] = options.NodeName,
            ["kubernetes.io/os"] = os,
        };
        foreach (var label in options.Labels)
        {
            var equals = label.IndexOf('=', StringComparison.Ordinal);
            labels[equals < 0 ? label : label[..equals]] = equals < 0 ? "" : label[(equals + 1)..];
        }

        status["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = address.ToString() },
            new JsonObject { ["type"] = "Hostname", ["address"] = hostName });
        status["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = options.Port } };

        var spec = new JsonObject();
        if (options.Taints.Count > 0)
        {
            spec["taints"] = new JsonArray([.. options.Taints.Select(ParseTaint)]);
        }

        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = options.NodeName, ["labels"] = labels },
            ["spec"] = spec,
            ["status"] = status,
        };
    }

    /// <summary><c>key=value:Effect</c> or <c>key:Effect</c>, as kubectl taint writes it.</summary>
    public static JsonObject ParseTaint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || text[(colon + 1)..] is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
        {
            throw new FormatException($"'{text}' is no taint; expected key[=value]:NoSchedule|PreferNoSchedule|NoExecute");
        }

        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var taint = new JsonObject { ["key"] = equals > 0 && equals < colon ? text[..equals] : text[..colon] };
        if (equals > 0 && equals < colon)
        {
            taint["value"] = text[(equals + 1)..colon];
        }

        taint["effect"] = text[(colon + 1)..];
        return taint;
    }
}
