using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Addresses;

internal sealed class AddressOptionsValidator : IValidateOptions<AddressOptions>
{
    public ValidateOptionsResult Validate(string? name, AddressOptions options)
    {
        var problems = new List<string>();
        if (!IPNetwork.TryParse(options.ServiceRange, out var range) || range.BaseAddress.AddressFamily != AddressFamily.InterNetwork
            || range.PrefixLength is < 8 or > 30)
        {
            problems.Add($"{nameof(AddressOptions.ServiceRange)} '{options.ServiceRange}' is not an IPv4 range between /8 and /30");
        }

        if (options.FirstNodePort < 1 || options.LastNodePort > 65535 || options.FirstNodePort > options.LastNodePort)
        {
            problems.Add($"Node ports {options.FirstNodePort}-{options.LastNodePort} are not a range of ports");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
