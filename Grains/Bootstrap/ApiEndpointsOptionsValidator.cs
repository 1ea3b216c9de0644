using System.Net;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Bootstrap;

internal sealed class ApiEndpointsOptionsValidator : IValidateOptions<ApiEndpointsOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiEndpointsOptions options)
    {
        var problems = options.Addresses.Where(static address => !IPAddress.TryParse(address, out _))
            .Select(static address => $"{nameof(ApiEndpointsOptions)}: '{address}' in Addresses is not an IP address").ToList();
        if (options.Port is < 1 or > 65535)
        {
            problems.Add($"{nameof(ApiEndpointsOptions)}: Port must be between 1 and 65535");
        }

        if (!IPAddress.TryParse(options.ServiceIp, out _))
        {
            problems.Add($"{nameof(ApiEndpointsOptions)}: ServiceIp must be an IP address");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
