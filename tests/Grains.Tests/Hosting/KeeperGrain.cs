using Orleans.Runtime;

namespace Crescent.Grains.Tests.Hosting;

[GrainType("tests-keeper")]
internal sealed class KeeperGrain([PersistentState("text")] IPersistentState<KeeperState> state) : Grain, IKeeperGrain, IRemindable
{
    public Task<string?> GetAsync() => Task.FromResult(state.State.Text);

    public Task KeepAsync(string text)
    {
        state.State.Text = text;
        return state.WriteStateAsync();
    }

    public Task ForgetAsync() => state.ClearStateAsync();

    public Task RemindAsync() => this.RegisterOrUpdateReminder("later", TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public async Task<bool> ForgetReminderAsync()
    {
        if (await this.GetReminder("later") is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
