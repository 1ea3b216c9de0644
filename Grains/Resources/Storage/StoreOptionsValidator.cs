using Microsoft.Extensions.Options;

namespace Crescent.Grains.Resources.Storage;

internal sealed class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            problems.Add($"{nameof(StoreOptions.ConnectionString)} is required.");
        }

        if (!Enum.IsDefined(options.Kind))
        {
            problems.Add($"{nameof(StoreOptions.Kind)} {options.Kind} is not a kind of store.");
        }

        if (options.MaxConnections < 2)
        {
            problems.Add($"{nameof(StoreOptions.MaxConnections)} must be at least 2.");
        }

        if (options.CommandTimeout < TimeSpan.FromSeconds(1))
        {
            problems.Add($"{nameof(StoreOptions.CommandTimeout)} must be at least one second.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
