using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Networks;

internal sealed class NodeNetworkOptionsValidator : IValidateOptions<NodeNetworkOptions>
{
    // IFNAMSIZ without the terminating zero.
    private const int LongestInterfaceName = 15;

    public ValidateOptionsResult Validate(string? name, NodeNetworkOptions options)
    {
        var problems = new List<string>();
        if (options.BridgeName is { } bridge
            && (bridge.Length is 0 or > LongestInterfaceName || bridge.Any(c => c is '/' or '"' || char.IsWhiteSpace(c))))
        {
            problems.Add($"BridgeName '{bridge}' must have 1 to {LongestInterfaceName} characters, without slash, quote or white space.");
        }

        if (options.ServiceTable.Length == 0 || !options.ServiceTable.All(char.IsAsciiLetterOrDigit))
        {
            problems.Add($"ServiceTable '{options.ServiceTable}' must be made of letters and digits.");
        }

        if (options.Mtu is < 576 or > 65535)
        {
            problems.Add($"Mtu {options.Mtu} must be between 576 and 65535.");
        }

        if (options.DnsPort is < 1 or > 65535)
        {
            problems.Add($"DnsPort {options.DnsPort} must be between 1 and 65535.");
        }

        if (options.ProxyMinInterval < TimeSpan.Zero)
        {
            problems.Add("ProxyMinInterval must not be negative.");
        }

        if (options.ResyncInterval < TimeSpan.FromSeconds(1))
        {
            problems.Add("ResyncInterval must be at least one second.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
