namespace Spindle.Loops;

/// <summary>What a <see cref="TimerQueue{T}"/> asks of its entries.</summary>
internal interface ITimerNode
{
    /// <summary>Under which number the queue knows it; -1 while it is in none. The queue alone sets it.</summary>
    int TimerSlot { get; set; }
}
