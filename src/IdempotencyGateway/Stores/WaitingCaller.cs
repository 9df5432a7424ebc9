namespace IdempotencyGateway.Stores;

/// <summary>A caller that waits for its store's word. Callers whose words come at the same time go on together.</summary>
internal abstract class WaitingCaller : IThreadPoolWorkItem
{
    private WaitingCaller? _next;

    void IThreadPoolWorkItem.Execute()
    {
        for (var caller = this; caller is not null;)
        {
            var next = caller._next;
            caller.GoOn();
            caller = next;
        }
    }

    /// <summary>Lets the caller see the word that was kept for it. Once, on a thread that has nothing else to do.</summary>
    protected abstract void GoOn();

    /// <summary>By itself, on another thread than this one.</summary>
    protected void GoOnElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Callers that go on at the same time, on other threads than this one.</summary>
    internal struct Group
    {
        /// <summary>
        /// How many go on one after the other on one thread of the pool. Waking a thread for each costs more than most of what the store does for it; waking one for all
        /// would leave the other processors without any.
        /// </summary>
        private const int CallersPerThread = 8;

        private WaitingCaller? _first;
        private int _callers;

        public void Add(WaitingCaller caller)
        {
            (caller._next, _first) = (_first, caller);
            if (++_callers % CallersPerThread == 0)
                GoOn();
        }

        /// <summary>Those who have been added since.</summary>
        public void GoOn()
        {
            _first?.GoOnElsewhere();
            _first = null;
        }
    }
}
